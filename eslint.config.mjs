import next from '@next/eslint-plugin-next';
import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { localRules } from './scripts/lint/local-rules.mjs';

/** Files whose default export Next, Vitest, Playwright, knip or ESLint look for by name. */
const defaultExportFiles = [
  'app/**/{page,layout,template,error,global-error,loading,not-found,default}.tsx',
  'app/**/{manifest,robots,sitemap,icon,apple-icon}.{ts,tsx}',
  '*.config.{ts,mjs}',
  'tests/**/*global-{setup,teardown}.ts',
];

const tests = ['**/*.test.{ts,tsx,mjs}', 'tests/**'];

const banDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only: one name from the definition to every use.',
};
const restrictedSyntax = [
  {
    selector: 'ExportAllDeclaration',
    message: 'No barrels: import from the file that defines the name.',
  },
  {
    selector: 'TSEnumDeclaration',
    message: 'Use a union of string literals; it needs no runtime object.',
  },
  {
    selector: 'ImportDeclaration[source.value=/^\\.\\.?\\u002F/]:not([source.value=/\\.css$/])',
    message: 'Import through `@/folder/file`, so that a move never changes what a path means.',
  },
];

const banEnvironment = {
  object: 'process',
  property: 'env',
  message:
    'server/config.ts alone reads the environment: it is parsed once and every fault is named.',
};
const banFetch = {
  name: 'fetch',
  message:
    'Requests leave only from server/adapters/ (deadline, cancellation, decoding) and components/queries/ (keys, problems).',
};
/** What would make a rule of the mesh depend on the moment or the machine. */
const ambient = ['setTimeout', 'setInterval', 'console', 'process', 'performance', 'window'].map(
  (name) => ({ name, message: 'mesh/ is pure: take what you need as an argument.' }),
);

export default defineConfig(
  globalIgnores(['.next*/**', 'node_modules/**', '.cache/**', 'next-env.d.ts', 'test-results/**']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './scripts/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { fanari: localRules },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-param-reassign': 'error',
      'preserve-caught-error': 'error',
      'no-restricted-syntax': ['error', banDefaultExport, ...restrictedSyntax],
      'no-restricted-properties': ['error', banEnvironment],
      'no-restricted-globals': ['error', banFetch],
      'fanari/docstring-on-export': 'error',
      'fanari/suppression-has-reason': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      // Numbers in templates read well and print the same everywhere.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => void call()` and `() => call()` mean the same in a handler.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // An event handler may be async: React and Cytoscape ignore what a handler returns.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },
  {
    files: ['mesh/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-globals': ['error', banFetch, ...ambient],
      'no-restricted-properties': [
        'error',
        banEnvironment,
        ...['now', 'parse'].map((property) => ({
          object: 'Date',
          property,
          message: 'mesh/ has no clock: take the moment as an argument.',
        })),
        {
          object: 'Math',
          property: 'random',
          message: 'mesh/ is deterministic: take the randomness as an argument.',
        },
      ],
    },
  },
  {
    files: ['components/**/*.{ts,tsx}', 'app/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    plugins: { '@next/next': next },
    rules: {
      ...next.configs.recommended.rules,
      ...next.configs['core-web-vitals'].rules,
      'react-hooks/exhaustive-deps': 'error',
      '@next/next/no-html-link-for-pages': 'error',
    },
    settings: { next: { rootDir: import.meta.dirname } },
  },
  {
    files: ['server/config.ts', '*.config.{ts,mjs}', 'instrumentation*.ts'],
    // instrumentation.ts: Next itself says which runtime loads it through NEXT_RUNTIME.
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['server/adapters/**/*.ts', 'components/queries/**/*.{ts,tsx}'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    files: [...defaultExportFiles],
    rules: {
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      'fanari/docstring-on-export': 'off',
    },
  },
  {
    // Route handlers and pages: Next names the exports, the contract describes them.
    files: ['app/**/{route,page,layout}.{ts,tsx}', 'instrumentation*.ts', 'proxy.ts'],
    rules: { 'fanari/docstring-on-export': 'off' },
  },
  {
    // The embedded mesh is a program of its own, with options and output of its own.
    files: ['demo/**/*.ts'],
    rules: {
      'no-console': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
    },
  },
  {
    files: ['scripts/**/*.mjs', '*.config.mjs', '.dependency-cruiser.mjs'],
    // Plain JavaScript, because `npm run demo` and `npm test` start before anything is installed. Types are in JSDoc,
    // which tsc checks; JSON that this repository wrote itself is taken at its word.
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/prefer-readonly': 'off',
      'no-console': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  {
    files: tests,
    rules: {
      'no-console': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'fanari/docstring-on-export': 'off',
      // Vitest's `expect(object.method)` and fixtures that are async by contract.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
