// Every module can be loaded. Elsewhere that goes without saying; here a change that makes loading throw would run no
// test at all, and count as survived.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folders = ['verdict', 'retry', 'rewrite'].map((name) => join(import.meta.dirname, '../../src', name));
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('worker-entry.ts'))
    .map((name) => join(folder, name)),
);

it.each(files)('%s can be loaded', async (file) => {
  expect(await import(file)).toBeDefined();
});
