import { describe, expect, it } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import {
  ENDLESS_CONFIG,
  ENDLESS_TEXT,
  exchangeEvents,
  memoryConfig,
  retryable,
  serveForTest as open,
} from '../../test/support/dashboard.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { ShownRule, WorkbenchAnswer } from './wire-rules.ts';

describe('the rules in use', () => {
  it('are told with what they do and have done', async () => {
    const { ask, dashboard } = await open();
    const outcome = exchangeEvents('x')[2];
    if (outcome?.kind !== 'attempt-outcome') throw new Error('no outcome');
    const recategorised = { from: 400, to: 503, pattern: 'please wait', description: '' };
    byEvents(dashboard.observe)({ ...outcome, verdict: retryable({ recategorised }) });
    const rules: readonly ShownRule[] = (await ask('GET', '/api/rules')).json.rules;
    expect(rules[0]).toEqual({
      group: 'hard-stop',
      name: '1',
      pattern: 'no more credit',
      description: 'credit',
      hits: 0,
      effect: 'stops, saying “Buy credit.”',
    });
    expect(rules[1]).toMatchObject({ effect: 'judged as 503', hits: 1, lastExchange: 'x' });
    const builtin = rules.filter(({ group }) => group === 'builtin');
    expect(builtin.find(({ name }) => name === 'reverse-proxy-other-key')).toMatchObject({
      effect: 'retries as rate-limited',
      description: expect.stringContaining('oai-reverse-proxy'),
    });
    expect(new Set(builtin.map(({ effect }) => effect.split(' ')[0]))).toEqual(
      new Set(['stops', 'retries', 'judged']),
    );
    expect(builtin.some(({ effect }) => effect.endsWith('a few times'))).toBe(true);
    expect(builtin.some(({ statuses }) => statuses !== undefined)).toBe(true);
  });

  it('are told when they stop without words of their own, and for texts', async () => {
    const config = memoryConfig('');
    const compiled = config.compile(`
error_handling: {hard_stop_conditions: {rules: [{pattern: a}]}}
regex_replacement: {presets: [straight-quotes], rules: [{pattern: z, enabled: false}, {pattern: a, replacement: b, apply_to: user}, {pattern: a, apply_to: system, description: mine}]}
response_processing: {rules: [{pattern: c, description: gone}]}
`);
    if (compiled.kind !== 'valid') throw new Error('not valid');
    const { ask, dashboard } = await open({ judging: () => compiled.judging });
    const [start] = exchangeEvents('x');
    if (start?.kind !== 'exchange-start') throw new Error('no beginning');
    const step = { kind: 'repair', name: 'mojibake' } as const;
    byEvents(dashboard.observe)({
      ...start,
      changedBy: [
        { name: 'the preset straight-quotes', step, appliesTo: 'all' },
        { name: 'regex_replacement.rules[2] (mine)', pattern: 'a', step, appliesTo: 'system' },
      ],
    });
    const rules: readonly ShownRule[] = (await ask('GET', '/api/rules')).json.rules;
    expect(rules[0]?.effect).toBe('stops');
    expect(rules.filter(({ group }) => group === 'request')).toMatchObject([
      { effect: 'a preset', name: 'straight-quotes', hits: 1, lastExchange: 'x' },
      { effect: 'replaces by “b”, in user', name: '2', pattern: 'a', hits: 0 },
      { effect: 'removes, in system', name: '3', pattern: 'a', hits: 1 },
    ]);
    expect(rules.filter(({ group }) => group === 'reply')).toMatchObject([
      { effect: 'removes, in reply', description: 'gone' },
    ]);
  });
});

describe('the workbench', () => {
  it.each<[string, object, object]>([
    [
      'a failure that a rule of the user’s stops',
      { status: 400, text: '{"error":"there is no more credit"}' },
      {
        judged: {
          verdict: { reason: 'hard-stop', rule: 'hard_stop_conditions · “no more credit”' },
          decision: { kind: 'stop' },
        },
        told: expect.stringContaining('Buy credit.'),
      },
    ],
    [
      'a failure that is retried',
      { status: 500, text: 'please wait' },
      { judged: { verdict: { status: 503 }, decision: { kind: 'retry' } }, told: expect.any(String) },
    ],
    [
      'an error event of a stream',
      { text: 'data: {"error":{"message":"overloaded"}}' },
      { judged: { verdict: { kind: 'retryable' } } },
    ],
    [
      'an event that is no JSON object',
      { text: 'data: {oops}', status: 9_999 },
      { judged: { verdict: { kind: 'retryable' } } },
    ],
    [
      'a good reply',
      { text: '{"choices":[{"message":{"content":"Hi"}}]}' },
      { judged: { verdict: { kind: 'good' } } },
    ],
    [
      'an answer with its headers, which may ask for a wait',
      { status: 429, text: 'slow down', headers: [['Retry-After', '7'], ['odd'], 1, ['a', 2]] },
      { judged: { decision: { kind: 'retry', delayMs: 7_000 } } },
    ],
    ['nothing', {}, { judged: { verdict: { reason: 'empty-reply' } } }],
    [
      'rules that are not saved',
      { status: 404, text: 'x', config: 'error_handling: {fail_codes: [404]}' },
      { judged: { verdict: { rule: 'fail_codes' } } },
    ],
  ])('judges %s', async (_what, body, answer) => {
    const { ask } = await open();
    expect((await ask('POST', '/api/workbench', body)).json).toMatchObject({ kind: 'failure', ...answer });
  });

  it('says what is wrong with rules that are not saved', async () => {
    const { ask } = await open();
    const { json } = await ask('POST', '/api/workbench', { config: 'error_handling: {max_retries: x}' });
    expect(json).toMatchObject({
      kind: 'invalid',
      problems: [{ line: 1, path: 'error_handling.max_retries' }],
    });
  });

  const config = `
regex_replacement: {rules: [{pattern: "—", replacement: "-"}, {pattern: zzz}, {pattern: "x", apply_to: system}]}
response_processing: {rules: [{pattern: um}]}
`;
  it('applies text rules, each with its time', async () => {
    const { ask } = await open();
    const tried = async (body: object): Promise<WorkbenchAnswer> =>
      (await ask('POST', '/api/workbench', { kind: 'text', config, ...body })).json;
    expect(await tried({ texts: [{ text: 'a — x' }] })).toMatchObject({
      kind: 'text',
      texts: ['a - x'],
      applied: [
        { rule: 'regex_replacement.rules[0]', effect: 'changed', changed: 1, tookMs: expect.any(Number) },
        { rule: 'regex_replacement.rules[1]', effect: 'nothing', changed: 0 },
      ],
    });
    expect(await tried({ to: 'reply', texts: [{ text: 'um — x' }] })).toMatchObject({ texts: [' — x'] });
    const whole = ['system', 'user', 'user'].map((kind) => ({ kind, text: 'x — y' }));
    expect(await tried({ texts: whole })).toMatchObject({
      texts: [' - y', 'x - y', 'x - y'],
      applied: [{ changed: 3 }, { effect: 'nothing' }, { changed: 1 }],
    });
    expect(await tried({ texts: [1, { kind: 'system' }] })).toMatchObject({ texts: [''] });
    expect(await tried({})).toMatchObject({ texts: [], applied: [] });
  });
});

describe('a pattern that never ends', () => {
  it('is passed over in the workbench, as in a chat', async () => {
    const clock = new FakeClock();
    const { ask } = await open({ clock });
    const body = { status: 400, text: ENDLESS_TEXT };
    const judged = await ask('POST', '/api/workbench', { ...body, config: ENDLESS_CONFIG });
    expect(judged.json).toMatchObject({ judged: { verdict: { rule: 'fail_codes' } } });
    const config = 'regex_replacement: {rules: [{pattern: "^(a+)+$", replacement: b}]}';
    const texts = [{ text: body.text }];
    const asked = ask('POST', '/api/workbench', { kind: 'text', texts, config });
    const rewritten = await clock.advanceUntil(asked);
    expect(rewritten.json).toMatchObject({ texts: [body.text], applied: [{ effect: 'too-slow' }] });
  });
});
