import type { FindExpression, NumberOperator } from '@/components/graph/find/parse-find';
import type { FindSubject } from '@/components/graph/find/find-subject';

/** Whether an expression holds. What is not measured or does not apply never matches, not even under `!`. */
export function matchesFind(expression: FindExpression, subject: FindSubject): boolean {
  return truth(expression, subject) === true;
}

/** Three-valued: `null` is "cannot be told". */
function truth(expression: FindExpression, subject: FindSubject): boolean | null {
  switch (expression.kind) {
    case 'and':
      return both(truth(expression.left, subject), truth(expression.right, subject));
    case 'or':
      return negated(
        both(negated(truth(expression.left, subject)), negated(truth(expression.right, subject))),
      );
    case 'not':
      return negated(truth(expression.of, subject));
    case 'state':
      return subject.is(expression.state);
    case 'text':
      return textTruth(subject.text(expression.field), expression.operator, expression.value);
    case 'number':
      return numberTruth(subject.number(expression.field), expression.operator, expression.value);
  }
}

function both(left: boolean | null, right: boolean | null): boolean | null {
  if (left === false || right === false) return false;
  return left === null || right === null ? null : true;
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function textTruth(
  values: readonly string[] | null,
  operator: string,
  wanted: string,
): boolean | null {
  if (values === null) return null;
  const needle = wanted.toLowerCase();
  const isExact = operator === '=' || operator === '!=';
  const found = values.some((value) =>
    isExact ? value.toLowerCase() === needle : value.toLowerCase().includes(needle),
  );
  return operator.startsWith('!') ? !found : found;
}

function numberTruth(
  value: number | null,
  operator: NumberOperator,
  wanted: number,
): boolean | null {
  if (value === null) return null;
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '>':
      return value > wanted;
    case '<':
      return value < wanted;
    case '>=':
      return value >= wanted;
    case '<=':
      return value <= wanted;
  }
}
