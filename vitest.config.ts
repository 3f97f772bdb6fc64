import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is polled for comes in the end, also where other things keep the machine busy; what never comes takes this long.
    expect: { poll: { timeout: 20_000 } },
    // Two cores are the reference machine; more files at once only make them slower.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/{unit,infra}/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{integration,contract,process}/**/*.test.ts'],
          // What would be deployed is synthesized once, bundles included.
          globalSetup: ['test/support/assembly.ts'],
        },
      },
    ],
  },
});
