import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ENDLESS_CONFIG,
  ENDLESS_TEXT,
  answered,
  dashboardParts,
  failedEntry,
  journalEntry,
  memoryConfig,
  memoryProfiles,
  memoryStore,
  serveDashboard,
  serveEntries as open,
} from '../../test/support/dashboard.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { RecordedOutcome } from '../journal/recorded-outcome.ts';

/** An exchange that ended before anything was said. */
const NO_WORDS = { firstContentMs: undefined, reply: {} };

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
      unknown: 0,
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
        request: {
          received: '{"messages":[1,{"role":"user","content":[]},{"role":"user","content":"dash — here"}]}',
        },
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

  it('is told for what is said in whole replies, not for the JSON around it', async () => {
    const reply = (content: string): { received: string } => ({
      received: JSON.stringify({ choices: [{ message: { content } }] }),
    });
    const { ask } = await open([
      journalEntry({ id: 'said', reply: reply('my "content"') }),
      journalEntry({ id: 'silent', reply: reply('nothing') }),
    ]);
    const config = 'response_processing: {rules: [{pattern: "content", replacement: "text"}]}';
    const { json } = await ask('POST', '/api/rules/preview', { config });
    expect(json.examples).toEqual([
      expect.objectContaining({ id: 'said', before: 'my "content"', after: 'my "text"' }),
    ]);
  });

  it('tells of how many something was not kept', async () => {
    const { request, ...unkept } = journalEntry({ id: 'unkept' });
    void request;
    const [attempt] = failedEntry('b', 418, 'x').tries;
    const { body, ...answer } = answered(418, 'x') as Extract<RecordedOutcome, { kind: 'responded' }>;
    void body;
    const judgements = (attempt?.judgements ?? []).map((one) => ({ ...one, outcome: answer }));
    const { ask } = await open([
      unkept,
      journalEntry(),
      failedEntry('b', 418, 'x', { tries: attempt === undefined ? [] : [{ ...attempt, judgements }] }),
    ]);
    const unknown = async (config: string): Promise<number> =>
      (await ask('POST', '/api/rules/preview', { config })).json.unknown;
    expect(await unknown('{}')).toBe(1);
    expect(await unknown('regex_replacement: {rules: [{pattern: never}]}')).toBe(2);
  });

  it('is told for a profile by its own rules and exchanges', async () => {
    const profiles = memoryProfiles({
      writing: memoryConfig('error_handling: {fail_codes: [418]}', 'writing'),
      broken: memoryConfig('error_handling: {max_retries: many}', 'broken'),
    });
    const store = memoryStore([...entries, failedEntry('d', 418, 'tea', { profile: 'writing' })]);
    const running = await serveDashboard(dashboardParts({ store, profiles }));
    onTestFinished(() => running.close());
    const preview = async (body: object): Promise<unknown> =>
      (await running.ask('POST', '/api/rules/preview', body)).json;
    const config = 'error_handling: {retry_codes: [418]}';
    expect(await preview({ profile: 'writing', config })).toMatchObject({
      looked: 1,
      examples: [{ id: 'd', before: expect.stringContaining('fail_codes') }],
    });
    expect(await preview({ profile: 'writing' })).toMatchObject({ looked: 1, changed: 0 });
    expect(await preview({ config })).toMatchObject({ looked: 3 });
    expect(await preview({ profile: 'broken', config })).toMatchObject({ kind: 'invalid' });
    expect(await preview({ profile: '../secret', config })).toMatchObject({
      problems: [{ message: 'There is no profile of this name (any more).' }],
    });
    const workbench = await running.ask('POST', '/api/workbench', { profile: 'nobody', config });
    expect(workbench.json).toMatchObject({ kind: 'invalid' });
    expect((await running.ask('POST', '/api/exchanges/d/judge', {})).json).toMatchObject({
      attempts: [{ after: { verdict: { rule: 'fail_codes' } } }],
    });
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
      { before: 'finish: The reply arrived whole', after: expect.stringMatching(/^stop: .*“hello you”/) },
    ]);
  });

  it.each<[why: string, section: string, entry: Partial<JournalEntry>, unknown: number]>([
    ['a reply that was not kept', 'response_processing', { reply: {} }, 1],
    ['a prompt that was not kept', 'regex_replacement', { request: {} }, 1],
    ['a prompt that no rule is for', 'response_processing', { request: {} }, 0],
    ['a reply that no rule is for', 'regex_replacement', { reply: {} }, 0],
    ['a client that got no words', 'response_processing', NO_WORDS, 0],
  ])('counts where it can not know: %s', async (_why, section, entry, unknown) => {
    const { ask } = await open([journalEntry(entry)]);
    const config = `${section}: {rules: [{pattern: never}]}`;
    const { json } = await ask('POST', '/api/rules/preview', { config });
    expect(json).toMatchObject({ looked: 1, changed: 0, unknown });
  });

  it('counts as unknown where a rule took too long', async () => {
    const clock = new FakeClock();
    const store = memoryStore([journalEntry({ reply: { received: ENDLESS_TEXT } })]);
    const running = await serveDashboard(dashboardParts({ store, clock }));
    onTestFinished(() => running.close());
    const config = 'response_processing: {rules: [{pattern: "^(a+)+$"}]}';
    const asked = running.ask('POST', '/api/rules/preview', { config });
    const { json } = await clock.advanceUntil(asked);
    expect(json).toMatchObject({ looked: 1, changed: 0, unknown: 1 });
  });

  it('looks at the last exchanges of a profile, however many others came after them', async () => {
    const others = Array.from({ length: 500 }, (_, index) => journalEntry({ id: `other-${index}` }));
    const own = failedEntry('own', 418, 'tea', { profile: 'writing', startedAt: 1 });
    const profiles = memoryProfiles({ writing: memoryConfig('', 'writing') });
    const running = await serveDashboard(dashboardParts({ store: memoryStore([...others, own]), profiles }));
    onTestFinished(() => running.close());
    const config = 'error_handling: {retry_codes: [418]}';
    const { json } = await running.ask('POST', '/api/rules/preview', { profile: 'writing', config });
    expect(json).toMatchObject({ looked: 1, changed: 1 });
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
