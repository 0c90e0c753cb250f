// Requests that have much in common, kept once in plain files: what comes back is what was kept, to the letter.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { stored, temporaryFolder } from '../../test/support/journal.ts';
import { PLENTY } from '../../test/support/journal-stores.ts';
import type { JournalStore } from '../journal/store.ts';
import { openFileStore } from './journal-files.ts';
import { EarlierBodies } from './journal-shared.ts';

function opened(folder: string): JournalStore {
  const trouble = { failed: () => undefined, works: () => undefined, dropped: 0 };
  return openFileStore(folder, () => PLENTY, new FakeClock(), trouble);
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const message = (turn: number): string =>
  `{"role":"user","content":"${String(turn).padStart(4, '0')} ${'Who’s there, and what does she want? '.repeat(20)}"}`;
const request = (turns: number): Buffer =>
  Buffer.from(
    `{"messages":[${Array.from({ length: turns }, (_, turn) => message(turn)).join(',')}],"stream":true}`,
  );

describe('the requests of a chat', () => {
  it('take the room of what is new in each, and come back whole', async () => {
    const folder = temporaryFolder();
    const store = opened(folder);
    for (let turns = 20; turns < 40; turns += 1)
      await store.write([stored({ id: `turn-${turns}` }, [request(turns)])]);
    await store.close();
    const again = opened(folder);
    for (let turns = 20; turns < 40; turns += 1) {
      const entry = await again.get(`turn-${turns}`);
      expect(entry?.request?.received).toBe(request(turns).toString());
    }
    expect(await again.list({ limit: 99, text: '0038 who' })).toHaveLength(1);
    // 20 requests of 15 to 30 KB each, of which the first is kept whole, and one when the half of it is new.
    expect(bytesIn(folder)).toBeLessThan(8 * request(40).length);
    await again.close();
  });

  it('come back to the letter, whatever they have in common', async () => {
    const piece = fc.string({ unit: 'grapheme', minLength: 200, maxLength: 700 });
    const pieces = fc.array(piece, { minLength: 1, maxLength: 4 });
    const chat = fc.tuple(pieces, fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 6 }), { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(chat, async ([texts, bodies]) => {
        const folder = temporaryFolder();
        const store = opened(folder);
        const sent = bodies.map((chosen) => chosen.map((index) => texts[index % texts.length]).join(''));
        await store.write(
          sent.map((text, index) =>
            stored({ id: `id-${index}`, startedAt: index }, [Buffer.from(text), `${text}!`]),
          ),
        );
        for (const [index, text] of sent.entries())
          expect((await store.get(`id-${index}`))?.request).toEqual({ received: text, sent: `${text}!` });
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('what a body has in common with earlier ones', () => {
  const head = Buffer.alloc(2_000, 'head ');
  const tail = Buffer.alloc(2_000, 'tail ');

  it('is its beginning and its end, in the file', () => {
    const earlier = new EarlierBodies();
    earlier.add(100, Buffer.concat([head, Buffer.from('old'), tail]));
    const found = earlier.find(Buffer.concat([head, Buffer.from('something new'), tail]));
    expect(found?.headAt).toBe(100);
    // Found to 32 bytes.
    expect(found?.headBytes).toBeGreaterThan(1_960);
    expect(found?.tailBytes).toBeGreaterThan(1_960);
    expect((found?.tailAt ?? 0) + (found?.tailBytes ?? 0)).toBe(100 + 4_003);
  });

  it.each<[string, Buffer, boolean]>([
    ['the same', Buffer.concat([head, tail]), true],
    ['less than half of it', Buffer.concat([head, Buffer.alloc(5_000, 'x')]), false],
    ['too little to be worth it', head.subarray(0, 500), false],
    ['nothing', Buffer.alloc(4_000, 'x'), false],
  ])('%s', (_what, body, isFound) => {
    const earlier = new EarlierBodies();
    earlier.add(0, Buffer.concat([head, tail]));
    expect(earlier.find(body) !== undefined).toBe(isFound);
  });

  it('is looked for in the latest few only, and not in what is very large', () => {
    const earlier = new EarlierBodies();
    const body = (name: string, size = 1_000): Buffer => Buffer.alloc(size, name);
    for (const [at, name] of ['a', 'b', 'c', 'd', 'e'].entries()) earlier.add(at, body(name));
    expect(earlier.find(body('a'))).toBeUndefined();
    expect(earlier.find(body('b'))?.headAt).toBe(1);
    earlier.add(9, body('f', 4 * 1024 * 1024 - 1_500));
    expect([earlier.find(body('e'))?.headAt, earlier.find(body('d'))]).toEqual([4, undefined]);
    earlier.add(10, body('g', 4 * 1024 * 1024 + 1));
    expect(earlier.find(body('g'))).toBeUndefined();
  });
});
