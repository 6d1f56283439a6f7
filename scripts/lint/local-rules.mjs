/**
 * Reports an export whose declaration has no docstring.
 * @type {import('eslint').Rule.RuleModule}
 */
const docstringOnExport = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing:
        'Every export says what its type cannot: meaning, unit, range, what null means, source, errors. Add a docstring.',
    },
  },
  create: (context) => ({
    ExportNamedDeclaration(node) {
      if (!node.declaration) return;
      const last = context.sourceCode.getCommentsBefore(node).at(-1);
      const isDocstring = last?.type === 'Block' && last.value.startsWith('*');
      if (!isDocstring) context.report({ node, messageId: 'missing' });
    },
  }),
};

/**
 * Reports an `eslint-disable` comment that names no rule, or gives no reason after `--`.
 * @type {import('eslint').Rule.RuleModule}
 */
const suppressionHasReason = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { missing: 'A suppression names its rule and, after `--`, its reason.' },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const text = comment.value.trim();
        if (!text.startsWith('eslint-disable')) continue;
        const explained = /^eslint-disable(?:-next-line|-line)?\s+\S[^]*--\s*\S/.test(text);
        const loc = comment.loc ?? { line: 1, column: 0 };
        if (!explained) context.report({ loc, messageId: 'missing' });
      }
    },
  }),
};

/**
 * ESLint rules of this repository's own, for habits that no published plugin checks.
 * @type {import('eslint').ESLint.Plugin}
 */
export const localRules = {
  meta: { name: 'fanari' },
  rules: {
    'docstring-on-export': docstringOnExport,
    'suppression-has-reason': suppressionHasReason,
  },
};
