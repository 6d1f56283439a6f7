import { defineConfig } from 'vitest/config';

const alias = { '@': import.meta.dirname, 'server-only': `${import.meta.dirname}/tests/support/empty.ts` };

/** Two projects: plain Node for everything, jsdom for what renders. Integration and browser tests have their own runs. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: ['{mesh,contract,server,demo,scripts,tests/contract,components}/**/*.test.ts'],
        },
      },
      {
        resolve: { alias },
        test: { name: 'dom', environment: 'jsdom', include: ['{components,app}/**/*.test.tsx'] },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          environment: 'node',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
