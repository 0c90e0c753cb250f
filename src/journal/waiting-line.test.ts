// What waits to be written is copied into memory that is used again: what a store gets must be what was added.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stored } from '../../test/support/journal-entries.ts';
import type { Body, NewEntry } from './entry.ts';
import { waitingLine } from './waiting-line.ts';

const entry = (id: number, bodies: readonly (Body | undefined)[]): NewEntry => ({
  ...stored({ id: String(id) }, bodies),
  detailsJson: `{"tries":[],"é":${id}}`,
});

/** Around the border up to which bodies are copied (256 KB, a text counted three times), and empty ones. */
const body = fc
  .tuple(fc.constantFrom(0, 1, 300, 5_000, 87_000, 88_000, 262_144, 262_145, 600_000), fc.nat({ max: 25 }))
  .chain(([size, letter]) => {
    const text = String.fromCharCode(97 + letter).repeat(size);
    return fc.constantFrom<Body | undefined>(Buffer.from(text), text, `${text}é😀`, undefined);
  });

it('gives back what was added, in order, whatever memory is used again meanwhile', () => {
  const bodies = fc.tuple(body, body, body, body);
  const step = fc.oneof(
    { weight: 4, arbitrary: bodies },
    { weight: 1, arbitrary: fc.constant('write' as const) },
  );
  const steps = fc.array(step, { maxLength: 60 });
  fc.assert(
    fc.property(steps, (todo) => {
      const line = waitingLine();
      const expected: NewEntry[] = [];
      const got: string[] = [];
      let writing: ReturnType<typeof line.takeBatch> | undefined;
      const written = (): void => {
        // Looked at only now: others have been added since the batch was taken.
        for (const { detailsJson, bodies } of writing?.entries ?? [])
          got.push([detailsJson, ...bodies].map(String).join('|'));
        writing?.done();
        writing = undefined;
      };
      for (const step of todo) {
        if (step === 'write') {
          written();
          writing = line.takeBatch();
          continue;
        }
        const one = entry(expected.length, step);
        if (line.add(one)) expected.push(one);
      }
      written();
      while (line.count > 0) {
        writing = line.takeBatch();
        written();
      }
      expect(got).toEqual(
        expected.map(({ detailsJson, bodies }) => [detailsJson, ...bodies].map(String).join('|')),
      );
    }),
    { numRuns: 40 },
  );
});
