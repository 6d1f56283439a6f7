import { defineConfig } from 'vitest/config';

/**
 * The suite against real components, which `npm run test:real` builds and `npm test` does not need. One file at a time:
 * each has a control plane of its own.
 */
export default defineConfig({
  resolve: {
    alias: {
      '@': import.meta.dirname,
      'server-only': `${import.meta.dirname}/tests/support/empty.ts`,
    },
  },
  test: {
    environment: 'node',
    include: ['tests/real/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
