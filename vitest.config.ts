import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Only what hangs takes this long: other things may keep the machine busy, and no test is about its speed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
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
