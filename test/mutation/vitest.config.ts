// The tests that judge the pure folders, for mutation testing (docs/mutation.md).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/{verdict,retry,reply}/**/*.test.ts', 'test/corpus.test.ts'],
    restoreMocks: true,
  },
});
