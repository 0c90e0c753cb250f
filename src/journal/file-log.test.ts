import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { Body, ExchangeSummary, NewEntry } from './entry.ts';
import { exchangeLine, faultLine } from './file-log-lines.ts';
import { startFileLogs } from './file-log.ts';
import type { LineFiles } from './file-log.ts';
import { errorLoggingSchema, loggingSchema } from './options.ts';
import { logFileName, logFilesAmong, outdatedFiles } from './rotation.ts';
import type { LogLimits } from './rotation.ts';

const summary: ExchangeSummary = {
  id: 'an-id',
  startedAt: Date.UTC(2026, 0, 31, 2, 0, 0, 5),
  endpoint: 'chat',
  model: 'm',
  stream: false,
  end: { kind: 'delivered' },
  attempts: 1,
  rescues: 0,
  elapsedMs: 12.5,
  firstContentMs: 12,
  requestBytes: 10,
  replyBytes: 20,
};
const details = {
  tries: [
    {
      why: 'first',
      startedMs: 0,
      connectedMs: 1,
      answeredMs: 2,
      shownMs: 3,
      endedMs: 4,
      bytes: 20,
      judgements: [
        { atMs: 4, outcome: { kind: 'responded', status: 200, headers: [['server', 'x']] }, decision: {} },
      ],
    },
  ],
  headers: [['user-agent', 'SillyTavern']],
};
const all = { requests: true, replies: true, headers: true, timing: true };

function entryOf(bodies: readonly (Body | undefined)[] = [], of = summary): NewEntry {
  const [request, requestSent, reply, replySent] = bodies;
  return {
    summary: of,
    summaryJson: JSON.stringify(of),
    detailsJson: JSON.stringify(details),
    bodies: [request, requestSent, reply, replySent],
  };
}

const parsed = (line: Buffer): unknown => JSON.parse(line.toString());

describe('the line of an exchange', () => {
  it('holds its course in the words of the journal, with the time in front', () => {
    const line = exchangeLine(entryOf(), all);
    expect(line.toString()).toMatch(/^\{"time":"2026-01-31T02:00:00\.005Z","id":"an-id",/);
    expect(parsed(line)).toEqual({ time: '2026-01-31T02:00:00.005Z', ...summary, ...details });
  });

  it.each<[string, Body, string]>([
    ['JSON stays as it is, to the letter', Buffer.from('{"n": 9007199254740993}'), '{"n": 9007199254740993}'],
    ['spread over lines it becomes one', Buffer.from('{\r\n "a": "b\\nc"\n}'), '{  "a": "b\\nc" }'],
    ['old line ends count too', Buffer.from('{\r"a":1}'), '{ "a":1}'],
    ['with a key masked it is a text by now', '{"key":"sk-…cdef"}', '{"key":"sk-…cdef"}'],
    ['a text becomes a JSON text', 'Once upon\na "time"', '"Once upon\\na \\"time\\""'],
    ['what only looks like JSON is a text', '{not json', '"{not json"'],
    ['a number is a text: it may be the reply of a model', '42', '"42"'],
  ])('shows a request: %s', (_reason, body, shown) => {
    expect(exchangeLine(entryOf([body]), all).toString()).toContain(`,"request":${shown}}`);
  });

  it('shows what was changed on the way beside what came', () => {
    const bodies = [Buffer.from('{"a":1}'), Buffer.from('{"a":2}'), Buffer.from('[1]'), 'Hello'];
    expect(parsed(exchangeLine(entryOf(bodies), all))).toMatchObject({
      request: { a: 1 },
      requestSent: { a: 2 },
      reply: [1],
      replySent: 'Hello',
    });
  });

  it('reads a reply before it takes it for JSON: an upstream may have sent anything', () => {
    const line = exchangeLine(entryOf([undefined, undefined, Buffer.from('{"cut')]), all);
    expect(parsed(line)).toMatchObject({ reply: '{"cut' });
  });

  it.each([
    ['requests', { requests: false }, /"request(?:Sent)?"/],
    ['replies', { replies: false }, /"reply(?:Sent)?"/],
    ['headers', { headers: false }, /SillyTavern/],
    ['durations', { timing: false }, /(?:elapsed|firstContent|started|connected|answered|shown|ended|"at)Ms/],
  ])('leaves out %s where they are not wanted', (_what, but, gone) => {
    const bodies = [Buffer.from('{}'), '{}', Buffer.from('{}'), '{}'];
    const line = exchangeLine(entryOf(bodies), { ...all, ...but }).toString();
    expect(line).not.toMatch(gone);
    expect(JSON.parse(line)).toMatchObject({ id: 'an-id', tries: [{ why: 'first' }] });
  });

  it("keeps an upstream's headers where the client's are not wanted", () => {
    expect(exchangeLine(entryOf(), { ...all, headers: false }).toString()).toContain('[["server","x"]]');
  });

  it('is one line of JSON whatever the bodies say', () => {
    const body = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => JSON.stringify(JSON.parse(json), undefined, 2)),
    );
    fc.assert(
      fc.property(body, body, (request, reply) => {
        const line = exchangeLine(entryOf([request, request, reply, Buffer.from(reply)]), all).toString();
        expect(line).not.toMatch(/[\r\n]/);
        expect(JSON.parse(line)).toMatchObject({ id: 'an-id' });
      }),
    );
  });
});

describe("the line of First Hop's own mistake", () => {
  const error = new Error('Failed with key sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz012345cdef');

  it('tells where it happened, without a key', () => {
    const { time, fault } = JSON.parse(faultLine(error, true, summary.startedAt)) as Record<string, object>;
    expect(time).toBe('2026-01-31T02:00:00.005Z');
    expect(fault).toEqual({
      message: expect.stringMatching(/^Failed with key sk-.*…cdef$/),
      stack: expect.stringMatching(/…cdef\n.*file-log\.test/),
    });
  });

  it.each<[string, unknown, boolean, string]>([
    ['no stack where none is wanted', new Error('x'), false, 'x'],
    ['what is no error has none', 'thrown text', true, 'thrown text'],
  ])('%s', (_reason, thrown, withStack, message) => {
    expect(JSON.parse(faultLine(thrown, withStack, 0))).toMatchObject({ fault: { message } });
    expect(faultLine(thrown, withStack, 0)).not.toContain('stack');
  });
});

describe('the two logs', () => {
  interface Fake extends LineFiles {
    readonly lines: string[];
    readonly limits: () => LogLimits;
    isClosed: boolean;
  }
  function start(sections: { readonly logging?: object; readonly error_logging?: object } = {}) {
    const files = new Map<string, Fake>();
    const options = {
      logging: loggingSchema.parse({ enabled: true, ...sections.logging }),
      error_logging: errorLoggingSchema.parse(sections.error_logging ?? {}),
    };
    const open = (log: 'requests' | 'errors', limits: () => LogLimits): Fake => {
      const lines: string[] = [];
      const fake: Fake = {
        lines,
        limits,
        isClosed: false,
        add: (line) => void lines.push(line().toString()),
        dropped: log === 'errors' ? 2 : 1,
        close: () => {
          fake.isClosed = true;
          return Promise.resolve();
        },
      };
      files.set(log, fake);
      return fake;
    };
    const logs = startFileLogs(() => options, resolve('/base'), open, new FakeClock());
    const linesOf = (log: string): readonly string[] => files.get(log)?.lines ?? [];
    return { logs, files, linesOf };
  }
  const failed: ExchangeSummary = {
    ...summary,
    end: { kind: 'failed', status: 503, code: 'server_error', message: 'Busy' },
  };

  it('every exchange goes to the one, those that failed to the other as well', () => {
    const { logs, linesOf } = start();
    logs.exchange(entryOf());
    logs.exchange(entryOf([], failed));
    expect([linesOf('requests').length, linesOf('errors').length]).toEqual([2, 1]);
  });

  it('each can be switched off', () => {
    const { logs, linesOf } = start({ logging: { enabled: false }, error_logging: { enabled: false } });
    logs.exchange(entryOf([], failed));
    logs.fault(new Error('x'));
    expect([...linesOf('requests'), ...linesOf('errors')]).toEqual([]);
  });

  it('the error log says what was asked only if that is wanted, and what was answered always', () => {
    const { logs, linesOf } = start({ error_logging: { include_request_context: false } });
    logs.exchange(entryOf([Buffer.from('{"q":1}'), undefined, 'answer'], failed));
    expect(linesOf('errors')[0]).toMatch(/"reply":"answer"/);
    expect(linesOf('errors')[0]).not.toMatch(/"request"|SillyTavern/);
    expect(linesOf('requests')[0]).toMatch(/"request":\{"q":1\}.*"reply":"answer"/);
  });

  it("First Hop's own mistakes go to the error log", () => {
    const { logs, linesOf } = start();
    logs.fault(new Error('Oops'));
    expect(linesOf('errors')[0]).toMatch(/"time":"2026-.*"fault":\{"message":"Oops","stack":"Error: Oops/);
  });

  it('each has its folder and its limits', () => {
    const { files } = start({ logging: { max_file_size_mb: 2, max_files: 3, max_age_days: 4 } });
    expect(files.get('requests')?.limits()).toEqual({
      folder: resolve('/base/logs'),
      maxFileBytes: 2 * 1024 * 1024,
      maxFiles: 3,
      maxAgeMs: 4 * 86_400_000,
    });
    expect(files.get('errors')?.limits()).toMatchObject({ folder: resolve('/base/logs/errors') });
  });

  it('what was dropped is counted apart, and both are closed', async () => {
    const { logs, files } = start();
    expect(logs.dropped).toEqual({ requests: 1, errors: 2 });
    await logs.close();
    expect([...files.values()].map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});

describe('which files have to go', () => {
  const names = (log: string, ...all: readonly string[]): readonly string[] =>
    logFilesAmong(log, all).map((file) => logFileName(log, file));

  it('knows its own by their names, oldest first', () => {
    expect(
      names(
        'requests',
        'requests-2026-01-01-998.jsonl',
        'requests-2026-01-02-001.jsonl',
        'requests-2026-01-01-1000.jsonl',
        'requests-2026-01-01-999.jsonl',
        'errors-2026-01-01-001.jsonl',
        'my-requests-2026-01-01-001.jsonl',
        'requests-2026-01-01-0001.jsonl',
        'requests-2026-01-01-001.jsonl.gz',
        'notes.txt',
      ),
    ).toEqual([
      'requests-2026-01-01-998.jsonl',
      'requests-2026-01-01-999.jsonl',
      'requests-2026-01-01-1000.jsonl',
      'requests-2026-01-02-001.jsonl',
    ]);
  });

  const files = ['01', '02', '03'].map((day) => ({ day: `2026-01-${day}`, number: 1 }));
  const DAY_MS = 86_400_000;
  it.each<[string, { readonly maxFiles: number; readonly maxAgeMs: number }, number, readonly string[]]>([
    ['none while there is room', { maxFiles: 3, maxAgeMs: 9 * DAY_MS }, 4, []],
    ['the oldest when there are too many', { maxFiles: 2, maxAgeMs: 9 * DAY_MS }, 4, ['2026-01-01']],
    ['a day counts as old when its last hour is', { maxFiles: 9, maxAgeMs: DAY_MS }, 3.5, ['2026-01-01']],
    [
      'all, when a new one is about to begin and there is room for one',
      { maxFiles: 0, maxAgeMs: DAY_MS },
      3,
      ['2026-01-01', '2026-01-02', '2026-01-03'],
    ],
  ])('%s', (_reason, limits, dayInJanuary, gone) => {
    const now = Date.UTC(2026, 0, 1) + (dayInJanuary - 1 + 0.001) * DAY_MS;
    expect(outdatedFiles(files, limits, now).map(({ day }) => day)).toEqual(gone);
  });
});
