import { defineConfig } from 'vitest/config';

/** The store's conformance suite by itself, against DYNAMODB_ENDPOINT where that is set. */
export default defineConfig({
  test: {
    include: ['test/store/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
