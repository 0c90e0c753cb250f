import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    include: ['test/e2e/page/*.test.ts'],
    reporters: ['default', './scripts/closing-line.mjs'],
    // A browser keeps a small machine busy: one file of tests after the other.
    fileParallelism: false,
    // On a machine that does other things as well, a page may be drawn later than a test waits.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
