import { describe, expect, it } from 'vitest';
import {
  ENDLESS_CONFIG,
  ENDLESS_TEXT,
  failedEntry,
  final,
  journalEntry,
  retryable,
  serveEntries as open,
} from '../../test/support/dashboard.ts';
import { curlCommand } from './curl.ts';
import { queryFrom } from './exchanges.ts';
import { shownVerdict } from './shown.ts';

describe('the list', () => {
  it.each<[string, object]>([
    ['', { limit: 200 }],
    ['limit=0', { limit: 1 }],
    ['limit=99999', { limit: 1_000 }],
    ['limit=x&before=y&end=odd&retried=false&text=%20', { limit: 200 }],
    [
      'text=%20a%20b%20&model=m&end=failed&rule=r&retried=true&before=2&since=1&limit=5',
      { text: 'a b', model: 'm', end: 'failed', rule: 'r', retried: true, before: 2, since: 1, limit: 5 },
    ],
  ])('is asked for by "%s"', (query, wanted) => {
    expect(queryFrom(new URLSearchParams(query))).toEqual(wanted);
  });

  it('comes in pages, with failures in words', async () => {
    const { ask } = await open([
      journalEntry({ id: 'a', startedAt: 1 }),
      failedEntry('b', 400, 'no', { startedAt: 2 }),
      journalEntry({ id: 'c', startedAt: 3, reason: 'not a reason of this version' }),
    ]);
    const first = (await ask('GET', '/api/exchanges?limit=2')).json;
    expect(first).toMatchObject({
      exchanges: [{ id: 'c' }, { id: 'b', words: 'The provider does not accept the request' }],
      next: 2,
    });
    const second = (await ask('GET', '/api/exchanges?limit=2&before=2')).json;
    expect(second).toEqual({ exchanges: [expect.objectContaining({ id: 'a' })] });
    expect(first.exchanges[0]).not.toHaveProperty('words');
    expect(first.exchanges[0]).not.toHaveProperty('tries');
  });
});

describe('one exchange', () => {
  it('is shown in full', async () => {
    const { ask } = await open([failedEntry('b', 400, 'no')]);
    const { json } = await ask('GET', '/api/exchanges/b');
    expect(json).toMatchObject({
      id: 'b',
      words: expect.any(String),
      tries: [{ judgements: [{}] }],
      request: {},
    });
  });

  it.each(['exchanges/x', 'exchanges/x/curl', 'exchanges/x/fixture'])(
    'that is not there: %s',
    async (path) => {
      const { ask } = await open([]);
      expect(await ask('GET', `/api/${path}`)).toMatchObject({ status: 404, json: { error: {} } });
    },
  );

  it('becomes a command, or says why not', async () => {
    const { ask } = await open([journalEntry(), journalEntry({ id: 'b', request: {} })]);
    const command = await ask('GET', '/api/exchanges/a/curl');
    expect(command.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(command.text).toContain("curl 'http://127.0.0.1:8765/v1/chat/completions'");
    expect(await ask('GET', '/api/exchanges/b/curl')).toMatchObject({ status: 409 });
  });

  it('becomes a fixture, or says why not', async () => {
    const { ask } = await open([journalEntry(), failedEntry('b', 418, 'teapot')]);
    const { text } = await ask('GET', '/api/exchanges/b/fixture');
    expect(JSON.parse(text)).toMatchObject({ plain: { status: 418 } });
    expect(await ask('GET', '/api/exchanges/a/fixture')).toMatchObject({ status: 409 });
  });
});

describe('the command', () => {
  it('repeats what was asked, with a place for the key, whatever stands in it', () => {
    const entry = journalEntry({
      stream: true,
      profile: 'writing',
      endpoint: 'text',
      headers: [
        ['Host', 'x'],
        ['Authorization', 'Bearer sk-…1234'],
        ['X-Api-Key', 'sk-…1234'],
        ['X-Odd', "it's $(reboot)"],
      ],
    });
    expect(curlCommand(entry, 'http://127.0.0.1:8765/v1')).toBe(
      [
        "curl --no-buffer 'http://127.0.0.1:8765/writing/v1/completions' \\",
        "  -H 'Authorization: Bearer YOUR_KEY' \\",
        "  -H 'X-Api-Key: YOUR_KEY' \\",
        String.raw`  -H 'X-Odd: it'\''s $(reboot)' \ `.trimEnd(),
        String.raw`  --data-raw '{"messages":[{"role":"user","content":"It'\''s me"}]}'`,
      ].join('\n'),
    );
  });

  it('says that it is JSON where the headers were not kept', () => {
    const { headers: _, ...bare } = journalEntry();
    expect(curlCommand(bare, 'http://h/v1')).toContain("-H 'content-type: application/json'");
  });
});

describe('judging again', () => {
  const stopped = failedEntry('b', 418, 'please wait, teapot');

  it('tells what the present rules make of it', async () => {
    const { ask } = await open([stopped]);
    const { json } = await ask('POST', '/api/exchanges/b/judge', {});
    expect(json).toMatchObject({
      unknown: 0,
      attempts: [
        {
          attempt: 1,
          isChanged: true,
          before: { verdict: { kind: 'final', rule: 'unlisted_status' }, decision: { kind: 'stop' } },
          after: {
            verdict: { kind: 'retryable', rule: 'retry_codes · “please wait”' },
            decision: { kind: 'retry' },
          },
        },
      ],
    });
  });

  it('tells what a text that is not saved would make of it', async () => {
    const { ask } = await open([stopped]);
    const { json } = await ask('POST', '/api/exchanges/b/judge', { config: '{}' });
    expect(json.attempts).toMatchObject([{ isChanged: false }]);
  });

  it.each<[string, object, number]>([
    ['x', {}, 404],
    ['b', { config: 'error_handling: {max_retries: many}' }, 422],
  ])('%s with %j', async (id, body, status) => {
    const { ask } = await open([stopped]);
    expect((await ask('POST', `/api/exchanges/${id}/judge`, body)).status).toBe(status);
  });

  it('does not wait for a pattern that never ends', async () => {
    const { ask } = await open([failedEntry('b', 418, ENDLESS_TEXT)]);
    const { json } = await ask('POST', '/api/exchanges/b/judge', { config: ENDLESS_CONFIG });
    expect(json.attempts).toMatchObject([{ isChanged: false }]);
  });
});

it('shows every kind of verdict in words', () => {
  expect(shownVerdict({ kind: 'good', ended: true }).words).toBe('The reply arrived whole');
  expect(shownVerdict({ kind: 'moot' }).words).toBe('Nobody waits for it any more');
  const hardStop = { pattern: 'credit', description: '' };
  expect(shownVerdict(final({ rule: 'hard_stop_conditions', hardStop })).rule).toBe(
    'hard_stop_conditions · “credit”',
  );
  expect(shownVerdict(retryable({ builtinRule: 'overloaded' })).rule).toBe('retry_codes · overloaded');
});
