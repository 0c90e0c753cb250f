import { isBuiltin } from 'node:module';
import { defineConfig } from 'vitest/config';

// Node's own SQLite begins with Node 22.13: on an older Node this one adapter can not run, so it is not counted there.
const onlyWithSqlite = isBuiltin('node:sqlite') ? [] : ['src/storage/journal-sqlite.ts'];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    reporters: ['default', './scripts/closing-line.mjs'],
    globalSetup: ['test/support/bundle-worker.ts'],
    restoreMocks: true,
    // No test waits for real time; a machine that does many things at once may still take some.
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The page (dashboard/) is tested in a real browser: npm run test:page.
      exclude: ['src/**/*.test.ts', 'dashboard/src/**', ...onlyWithSqlite],
      reporter: [['text', { skipFull: true }], 'html'],

      reportOnFailure: true,
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
});
