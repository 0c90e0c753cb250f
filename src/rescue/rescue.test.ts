import { describe, expect, it } from 'vitest';
import { ended } from '../../test/support/outcomes.ts';
import type { AttemptRequest } from '../upstream/upstream.ts';
import type { Final, Verdict } from '../verdict/verdict.ts';
import { streamingSchema } from './options.ts';
import { startRescue } from './rescue.ts';
import type { Rescue, RescueMemory } from './rescue.ts';

const request: AttemptRequest = {
  method: 'POST',
  path: '/v1/chat/completions',
  headers: [],
  body: Buffer.from('{"messages":[{"role":"user","content":"Hi"}]}'),
  reading: 'stream',
};
const refusal: Final = {
  kind: 'final',
  reason: 'bad-request',
  rule: 'fail_codes',
  status: 400,
  message: '',
  cost: 'not-billed',
};

function rescueOf(
  options: object = {},
  memory: RescueMemory = { refusesPrefill: new Set() },
  model: string | undefined = 'm',
  over: Partial<AttemptRequest> = {},
): Rescue {
  return startRescue(
    { ...request, ...over },
    model,
    streamingSchema.parse({ rescue: options }).rescue,
    memory,
    2,
  );
}

const rolesAsked = (rescue: Rescue): string[] => {
  rescue.left('Hel');
  const { request: asked } = rescue.next();
  return [...(asked.body?.toString() ?? '').matchAll(/"role":"(\w+)"/g)].map(([, role]) => String(role));
};
const PREFILL = ['user', 'assistant'];
const INSTRUCT = ['user', 'assistant', 'user'];

describe('how often a reply may be continued', () => {
  it('as often as the options say, for those that have said something', () => {
    const rescue = rescueOf({ max: 2 });
    expect([rescue.left('Hel'), rescue.left('Hello'), rescue.left('Hello there')]).toEqual([2, 1, 0]);
  });

  it('those that fail before they say anything are attempts like any other', () => {
    const rescue = rescueOf({ max: 2 });
    expect([1, 2, 3, 4].map(() => rescue.left('Hel'))).toEqual([2, 2, 2, 0]);
  });

  it('what has been said since sets their count back', () => {
    const rescue = rescueOf({ max: 2 });
    expect(['Hel', 'Hel', 'Hel', 'Hello', 'Hello', 'Hello'].map((said) => rescue.left(said))).toEqual([
      2, 2, 2, 1, 1, 1,
    ]);
  });

  it.each<[string, Rescue, string | undefined]>([
    ['switched off', rescueOf({ enabled: false }), 'Hel'],
    ['never allowed', rescueOf({ max: 0 }), 'Hel'],
    ['more than one choice of text was said', rescueOf(), undefined],
    ['the request has no body', rescueOf({}, undefined, 'm', { body: undefined }), 'Hel'],
    [
      'it asks for several choices',
      rescueOf({}, undefined, 'm', { body: Buffer.from('{"messages":[],"n":2}') }),
      'Hel',
    ],
  ])('not at all: %s', (_why, rescue, said) => {
    expect(rescue.left(said)).toBe(0);
  });
});

describe('a continuation that ends without a word', () => {
  const blank = ended({ how: 'done', finishReason: 'stop' });

  it('is believed the second time, where the text may well be whole', () => {
    const rescue = rescueOf();
    rescue.left('Goodbye.');
    expect(rescue.accept(blank)).toBe(blank);
    expect(rescue.accept(blank)).toEqual({ ...blank, shown: 'content' });
  });

  it('is not believed where the text stops in the middle', () => {
    const rescue = rescueOf();
    rescue.left('Good');
    expect([rescue.accept(blank), rescue.accept(blank), rescue.accept(blank)]).toEqual([blank, blank, blank]);
  });

  it('is not believed when it comes between other failures, or says nothing of why it ends', () => {
    const rescue = rescueOf();
    const other = ended({ how: 'done' });
    rescue.left('Goodbye.');
    expect([blank, other, blank].map((outcome) => rescue.accept(outcome))).toEqual([blank, other, blank]);
  });
});

describe('how it is asked', () => {
  it.each([
    ['auto', PREFILL],
    ['prefill', PREFILL],
    ['instruct', INSTRUCT],
  ])('in the style %s', (style, roles) => {
    expect(rolesAsked(rescueOf({ style }))).toEqual(roles);
  });

  it('in the other style once a model has refused, and that is remembered for this model alone', () => {
    const memory: RescueMemory = { refusesPrefill: new Set() };
    const rescue = rescueOf({}, memory);
    expect(rescue.learn(refusal)).toBe(true);
    expect(rolesAsked(rescue)).toEqual(INSTRUCT);
    expect(rolesAsked(rescueOf({}, memory))).toEqual(INSTRUCT);
    expect(rolesAsked(rescueOf({}, memory, 'other'))).toEqual(PREFILL);
    expect(rolesAsked(rescueOf({ style: 'prefill' }, memory))).toEqual(PREFILL);
  });

  it('without a name, the model is remembered all the same', () => {
    const memory: RescueMemory = { refusesPrefill: new Set() };
    startRescue(request, undefined, streamingSchema.parse({}).rescue, memory, 2).learn(refusal);
    expect(memory.refusesPrefill).toEqual(new Set(['']));
  });

  it.each<[string, object, Verdict]>([
    ['a bad key is no refusal of the style', {}, { ...refusal, status: 401 }],
    ['nor is a failure that may pass', {}, { ...refusal, kind: 'retryable', conditional: false }],
    ['where the user chose the style it stays', { style: 'prefill' }, refusal],
    ['there is no third style', { style: 'instruct' }, refusal],
  ])('%s', (_why, options, verdict) => {
    expect(rescueOf(options).learn(verdict)).toBe(false);
  });

  it('remembers no more models than there can be', () => {
    const memory: RescueMemory = {
      refusesPrefill: new Set(Array.from({ length: 1_000 }, (_none, n) => `m${n}`)),
    };
    rescueOf({}, memory, 'new').learn({ ...refusal, status: 422 });
    expect(memory.refusesPrefill.size).toBe(1_000);
  });
});
