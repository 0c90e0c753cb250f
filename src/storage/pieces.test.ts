import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pieces } from './pieces.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('é'.repeat(20_000), 'a'.repeat(200_000)),
);
const bytes = fc.oneof(
  fc.uint8Array(),
  fc.constantFrom(30_000, 32_768, 32_769, 300_000).map((length) => Buffer.alloc(length, 'x')),
);

it('gives back what was added, in its order, again and again', () => {
  const pieces = new Pieces();
  const batches = fc.array(fc.array(fc.oneof(text, bytes), { maxLength: 20 }), { maxLength: 3 });
  fc.assert(
    fc.property(batches, (all) => {
      for (const batch of all) {
        const expected: Buffer[] = [];
        for (const piece of batch) {
          expected.push(Buffer.from(piece));
          if (typeof piece === 'string') pieces.addText(piece);
          else pieces.add(Buffer.from(piece));
        }
        const whole = Buffer.concat(expected);
        expect(pieces.bytes).toBe(whole.length);
        expect(Buffer.concat(pieces.take()).equals(whole)).toBe(true);
        expect(pieces.bytes).toBe(0);
      }
    }),
  );
});

it('puts small pieces together, and takes large ones as they are', () => {
  const pieces = new Pieces();
  const large = Buffer.alloc(100_000);
  for (const piece of ['a', 'b']) pieces.addText(piece);
  pieces.add(Buffer.from('c'));
  pieces.add(large);
  pieces.addText('d');
  const [small, whole, last, ...others] = pieces.take();
  expect([small?.toString(), last?.toString(), others]).toEqual(['abc', 'd', []]);
  expect(whole).toBe(large);
});
