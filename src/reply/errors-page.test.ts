import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WORDING } from './words.ts';

/** The rows of the manual's tables: code and type. */
const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, code, type]) => `${code} ${type}`);
const [failures = '', refusals = ''] = page.split('From First Hop itself');

describe('docs/errors.md', () => {
  it('lists every reason with its type, and no other', () => {
    const reasons = Object.entries(WORDING).map(([reason, { type }]) =>
      reason === 'hard-stop' ? `hard_stop_condition_met ${type}` : `${reason.replaceAll('-', '_')} ${type}`,
    );
    const documented = rows.filter((row) => failures.includes(`| \`${row.split(' ')[0]}\` |`));
    expect(documented.toSorted()).toEqual(reasons.toSorted());
  });

  it('lists First Hop’s own refusals as the sources name them', () => {
    const sources = ['../server/answer.ts', '../server/listen.ts', '../engine/profiles.ts', './words.ts'].map(
      (file) => readFileSync(new URL(file, import.meta.url), 'utf8'),
    );
    const documented = rows
      .map((row) => row.split(' ')[0] ?? '')
      .filter((code) => refusals.includes(`\`${code}\` |`));
    expect(documented.length).toBeGreaterThan(0);
    for (const code of documented) expect(sources.join('')).toContain(`'${code}'`);
  });
});
