import { describe, expect, it } from 'vitest';
import { streamingSchema } from './options.ts';

describe('streamingSchema', () => {
  it('rescues by default, three times, in whatever style the model takes', () => {
    expect(streamingSchema.parse({})).toMatchObject({
      keepalive_after: 0,
      rescue: { enabled: true, style: 'auto', max: 3 },
    });
  });

  it.each<[section: object, why: string]>([
    [{ keepalive_after: -1 }, 'no time before the beginning'],
    [{ rescue: { max: 11 } }, 'a reply that breaks off so often is not worth its price'],
    [{ rescue: { max: 1.5 } }, 'half a rescue'],
    [{ rescue: { style: 'beg' } }, 'not a style'],
    [{ rescue: { instruction: ' ' } }, 'a model that is told nothing answers anything'],
  ])('refuses %j, because %s', (section) => {
    expect(streamingSchema.safeParse(section).success).toBe(false);
  });
});
