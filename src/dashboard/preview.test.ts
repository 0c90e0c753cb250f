import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ENDLESS_CONFIG,
  ENDLESS_TEXT,
  answered,
  attemptEntry,
  dashboardParts,
  failedEntry,
  final,
  journalEntry,
  memoryConfig,
  memoryStore,
  retryable,
  serveDashboard,
} from '../../test/support/dashboard.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { JournalEntry } from '../journal/entry.ts';

async function open(entries: readonly JournalEntry[]): ReturnType<typeof serveDashboard> {
  const running = await serveDashboard(dashboardParts({ store: memoryStore(entries) }));
  onTestFinished(() => running.close());
  return running;
}

describe('what rules would change', () => {
  const entries = [
    journalEntry({ id: 'good' }),
    failedEntry('b', 418, 'please wait, teapot'),
    failedEntry('c', 400, 'something else', { model: '<b>' }),
  ];

  it('is told for the latest exchanges', async () => {
    const { ask } = await open(entries);
    const { json } = await ask('POST', '/api/rules/preview', { config: 'error_handling: {fail_codes: []}' });
    expect(json).toEqual({
      kind: 'looked',
      looked: 3,
      changed: 2,
      isPartial: false,
      examples: [
        expect.objectContaining({
          id: 'b',
          before: 'retry: The provider failed (retry_codes · “please wait”)',
          after: 'stop: The provider answered with an error that is not retried (unlisted_status)',
        }),
        expect.objectContaining({ id: 'c', model: '<b>' }),
      ],
    });
  });

  it('is nothing where nothing is changed, or nothing is sent', async () => {
    const { ask } = await open(entries.slice(0, 1));
    expect((await ask('POST', '/api/rules/preview', { config: '{}' })).json).toMatchObject({
      looked: 1,
      changed: 0,
    });
    expect((await ask('POST', '/api/rules/preview', {})).json).toMatchObject({ looked: 1, changed: 0 });
    expect((await ask('POST', '/api/rules/preview', { config: 'a: [' })).json).toMatchObject({
      kind: 'invalid',
    });
  });

  it('is told for prompts and replies, too', async () => {
    const { ask } = await open([
      journalEntry({
        id: 'odd',
        request: { received: '{"messages":[1,{"content":[]},{"content":"dash — here"}]}' },
        reply: {},
      }),
      journalEntry({ id: 'none', request: { received: '[]' }, reply: { received: 'nothing' } }),
      journalEntry({ id: 'said', startedAt: 1, request: {}, reply: { received: 'a — b' } }),
    ]);
    const rules = (section: string): string => `${section}: {rules: [{pattern: "—", replacement: "-"}]}`;
    const asked = await ask('POST', '/api/rules/preview', { config: rules('regex_replacement') });
    expect(asked.json).toMatchObject({
      changed: 1,
      examples: [{ id: 'odd', before: 'dash — here', after: 'dash - here' }],
    });
    const said = await ask('POST', '/api/rules/preview', { config: rules('response_processing') });
    expect(said.json).toMatchObject({ changed: 1, examples: [{ id: 'said' }] });
  });

  it('stops looking when the page has left, or it takes too long', async () => {
    const parts = dashboardParts({ store: memoryStore(entries) });
    let ticks = 0;
    const clock = Object.assign(new FakeClock(), { nowMs: () => (ticks += 6_000) });
    const running = await serveDashboard({ ...parts, clock });
    onTestFinished(() => running.close());
    const { json } = await running.ask('POST', '/api/rules/preview', { config: '{}' });
    expect(json).toMatchObject({ isPartial: true });
  });

  it('passes over exchanges that are gone meanwhile', async () => {
    const store = { ...memoryStore(entries), get: () => Promise.resolve(undefined) };
    const running = await serveDashboard(dashboardParts({ store }));
    onTestFinished(() => running.close());
    expect((await running.ask('POST', '/api/rules/preview', { config: '{}' })).json).toMatchObject({
      looked: 0,
    });
    expect((await running.ask('GET', '/api/suggestions')).json).toEqual({ suggestions: [] });
  });

  it('is told for single changes of the file, and with placeholders of nothing', async () => {
    const { ask } = await open(entries);
    const edits = [{ kind: 'set', path: ['error_handling', 'retry_codes'], value: [418] }];
    expect((await ask('POST', '/api/rules/preview', { edits })).json).toMatchObject({
      looked: 3,
      changed: 1,
    });
    const config = 'target_proxy: {apikey: <hidden-9>}';
    expect((await ask('POST', '/api/rules/preview', { config })).json).toMatchObject({ kind: 'looked' });
  });

  it('is told for replies that were good', async () => {
    const { ask } = await open([journalEntry()]);
    const config = `
error_handling: {hard_stop_conditions: {rules: [{pattern: hello you}]}}
response_parsing: {json_extraction: {paths: ['choices[0].message.content']}}`;
    const { json } = await ask('POST', '/api/rules/preview', { config });
    expect(json.examples).toMatchObject([
      { before: 'deliver: A good reply', after: expect.stringMatching(/^stop: .*“hello you”/) },
    ]);
  });

  it('does not wait for a pattern that never ends', async () => {
    const { ask } = await open([failedEntry('b', 418, ENDLESS_TEXT)]);
    const { json } = await ask('POST', '/api/rules/preview', { config: ENDLESS_CONFIG });
    expect(json).toMatchObject({ looked: 1, changed: 0 });
  });

  it('shows some examples, not all', async () => {
    const { ask } = await open(
      Array.from({ length: 25 }, (_, index) => failedEntry(`e${index}`, 418, 'please wait')),
    );
    const { json } = await ask('POST', '/api/rules/preview', { config: '{}' });
    expect([json.changed, json.examples.length]).toEqual([25, 20]);
  });
});

describe('suggestions', () => {
  const unknown = (
    id: string,
    status: number,
    message: string,
    over: Partial<JournalEntry> = {},
  ): JournalEntry => failedEntry(id, status, message, over);

  it('group what no rule knew by its words, and bring rules for it', async () => {
    const delivered = { end: { kind: 'delivered' } } as const;
    const { ask } = await open([
      unknown('a', 418, 'Worker w-17 lost its lease after 12s - {"error":"…"}', { startedAt: 1 }),
      unknown('b', 418, 'Worker w-99 lost its lease after 7s', { startedAt: 2, ...delivered }),
      unknown('c', 418, 'Quite another thing happened', { startedAt: 3 }),
      unknown('d', 499, 'Quite another thing happened', { startedAt: 4 }),
      journalEntry({ id: 'good' }),
      journalEntry({
        id: 'known',
        rule: 'empty_reply',
        tries: [attemptEntry(answered(200, ''), retryable())],
      }),
      unknown('e', 418, '', { startedAt: 5 }),
      journalEntry({
        id: 'mixed',
        startedAt: 6,
        rule: 'retry_codes',
        tries: [
          attemptEntry(answered(503, ''), retryable({ builtinRule: 'overloaded' })),
          attemptEntry(
            answered(503, ''),
            retryable({ recategorised: { from: 1, to: 2, pattern: 'x', description: '' } }),
          ),
          attemptEntry({ kind: 'timed-out', phase: 'idle', afterMs: 1 }, final({ rule: 'timeouts' })),
          attemptEntry(
            { kind: 'unreachable', cause: { message: 'gone' } },
            final({ rule: 'retry_codes', message: 'Lost' }),
          ),
        ],
      }),
    ]);
    const { suggestions } = (await ask('GET', '/api/suggestions')).json;
    expect(
      suggestions.map(({ template, count }: { template: string; count: number }) => [template, count]),
    ).toEqual([
      ['Worker <*> lost its lease after <*>', 2],
      ['Lost', 1],
      ['Quite another thing happened', 1],
      ['Quite another thing happened', 1],
    ]);
    expect(suggestions[0]).toEqual({
      template: 'Worker <*> lost its lease after <*>',
      status: 418,
      count: 2,
      lastAt: 2,
      lastExchange: 'b',
      delivered: 1,
      rules: [
        {
          kind: 'retry',
          path: ['response_parsing', 'status_recategorization', 'rules'],
          value: {
            pattern: String.raw`Worker\s+\S{1,200}\s+lost\s+its\s+lease\s+after`,
            original_status: 418,
            new_status: 503,
            description: 'Suggested from 2 recorded exchanges',
          },
        },
        { kind: 'stop', path: ['error_handling', 'hard_stop_conditions', 'rules'], value: expect.anything() },
      ],
    });
    expect(suggestions[1].rules[0]).toMatchObject({ kind: 'retry', value: { pattern: 'Lost' } });
    expect(suggestions[2].rules[0]).toMatchObject({ kind: 'stop' });
  });

  it('bring rules that the configuration takes', async () => {
    const { ask } = await open([unknown('a', 418, 'What? (a) [b] {c} * + ^ $ | / \\ 12')]);
    const [suggestion] = (await ask('GET', '/api/suggestions')).json.suggestions;
    const config = memoryConfig('');
    for (const { path, value } of suggestion.rules) {
      const text = config.edit('# mine\n', [{ path, kind: 'append', value }]);
      expect(config.compile(text)).toMatchObject({ kind: 'valid', problems: [] });
    }
  });
});
