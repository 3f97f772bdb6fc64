import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,integration,infra,contract,process}/**/*.test.ts'],
    globalSetup: ['test/support/assembly.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are the reference machine; more files at once only make them slower.
    maxWorkers: 2,
  },
});
