// The tests that judge the pure folders, for mutation testing (docs/mutation.md).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/{verdict,retry,reply,rewrite}/**/*.test.ts',
      'test/corpus.test.ts',
      'test/mutation/loads.ts',
    ],
    globalSetup: ['test/support/bundle-worker.ts'],
    setupFiles: ['test/mutation/few-runs.ts'],
    restoreMocks: true,
    // Code that is ready to be changed anywhere is slow.
    testTimeout: 60_000,
  },
});
