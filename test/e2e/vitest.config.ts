import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/e2e/sillytavern/**/*.test.ts'],
    globalSetup: ['test/e2e/sillytavern/setup.ts'],
    reporters: ['default', './scripts/closing-line.mjs'],
    // A SillyTavern and a Chromium keep a small machine busy: one file of stories after the other.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
