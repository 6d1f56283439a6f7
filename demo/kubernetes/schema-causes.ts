import type { StatusCause } from '@/demo/kubernetes/api-error';
import { toFieldPath, valueAtPointer } from '@/demo/kubernetes/field-path';
import { arrayOf } from '@/demo/kubernetes/json';
import type { SchemaFault } from '@/demo/kubernetes/schema-validator';

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function printed(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? `"${typeName(value)}"`
    : JSON.stringify(value);
}

type Wording = (field: string, value: unknown, fault: SchemaFault) => StatusCause;

function invalidValue(text: (fault: SchemaFault) => string): Wording {
  return (field, value, fault) => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${printed(value)}: ${field} in body ${text(fault)}`,
    field,
  });
}

function limit(fault: SchemaFault): string {
  return String(fault.params['limit']);
}

function combination(name: string, phrase: string): Wording {
  return (field, value) => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${printed(value)}: "${field}" must validate ${phrase} (${name})`,
    field,
  });
}

const WORDINGS: Readonly<Record<string, Wording>> = {
  type: (field, value, fault) => ({
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${typeName(value)}": ${field} in body must be of type ${String(fault.params['type'])}: "${typeName(value)}"`,
    field,
  }),
  required: (field, _value, fault) => ({
    reason: 'FieldValueRequired',
    message: 'Required value',
    field: [field, String(fault.params['missingProperty'])].filter((part) => part !== '').join('.'),
  }),
  enum: (field, value, fault) => ({
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${printed(value)}: supported values: ${arrayOf(
      fault.params['allowedValues'],
    )
      .map((allowed) => JSON.stringify(allowed))
      .join(', ')}`,
    field,
  }),
  maxItems: (field, value, fault) => ({
    reason: 'FieldValueTooMany',
    message: `Too many: ${arrayOf(value).length}: must have at most ${limit(fault)} items`,
    field,
  }),
  maxLength: (field, value, fault) => ({
    reason: 'FieldValueTooLong',
    message: `Too long: may not be more than ${limit(fault)} bytes`,
    field: value === undefined ? field : field,
  }),
  minimum: invalidValue((fault) => `should be greater than or equal to ${limit(fault)}`),
  maximum: invalidValue((fault) => `should be less than or equal to ${limit(fault)}`),
  minLength: invalidValue((fault) => `should be at least ${limit(fault)} chars long`),
  minItems: invalidValue((fault) => `should have at least ${limit(fault)} items`),
  minProperties: invalidValue((fault) => `should have at least ${limit(fault)} properties`),
  maxProperties: invalidValue((fault) => `should have at most ${limit(fault)} properties`),
  pattern: invalidValue((fault) => `should match '${String(fault.params['pattern'])}'`),
  format: invalidValue((fault) => `must be of type ${String(fault.params['format'])}`),
  multipleOf: invalidValue(
    (fault) => `should be a multiple of ${String(fault.params['multipleOf'])}`,
  ),
  uniqueItems: invalidValue(() => "shouldn't contain duplicates"),
  oneOf: combination('oneOf', 'one and only one schema'),
  anyOf: combination('anyOf', 'at least one schema'),
  not: (field, value) => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${printed(value)}: "${field}" must not validate the schema (not)`,
    field,
  }),
};

const COMBINATIONS = ['oneOf', 'anyOf', 'not'];

/** Faults of the branches of a failed `oneOf` say nothing of their own. */
function withoutBranches(faults: readonly SchemaFault[]): readonly SchemaFault[] {
  const failedAt = new Set(
    faults.filter((fault) => fault.keyword === 'oneOf').map(({ path }) => path),
  );
  return faults.filter(
    (fault) =>
      fault.keyword === 'oneOf' ||
      !failedAt.has(fault.path) ||
      !(COMBINATIONS.includes(fault.keyword) || fault.keyword === 'required'),
  );
}

/** The causes of a 422, in the wording of CustomResourceDefinition validation, each once. */
export function toCauses(
  faults: readonly SchemaFault[],
  document: unknown,
): readonly StatusCause[] {
  const causes = new Map<string, StatusCause>();
  for (const fault of withoutBranches(faults)) {
    const field = toFieldPath(fault.path);
    const wording =
      WORDINGS[fault.keyword] ?? invalidValue(() => `is not valid (${fault.keyword})`);
    const cause = wording(field, valueAtPointer(document, fault.path), fault);
    causes.set(`${cause.field} ${cause.message}`, cause);
  }
  return [...causes.values()];
}
