import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failedEnd, failedTry, stored, summary } from '../../test/support/journal-entries.ts';
import { PLENTY } from '../../test/support/journal-stores.ts';
import { TestMachine } from '../../test/support/test-machine.ts';
import { runCli } from '../cli.ts';
import { configSchema } from '../config/schema.ts';
import type { JournalEntry, Judgement } from '../journal/entry.ts';
import type { RecordedOutcome } from '../journal/recorded-outcome.ts';
import type { JournalReader } from '../journal/store.ts';
import type { Log } from '../std/log.ts';
import { openJournalStore } from '../storage/journal-open.ts';
import { exportExchange } from './export.ts';
import { replay } from './replay.ts';

function readerOf(entries: readonly JournalEntry[]): JournalReader {
  return {
    list: ({ limit }) => Promise.resolve(entries.slice(0, limit)),
    get: (id) => Promise.resolve(entries.find((entry) => entry.id === id)),
    async *entries() {
      yield* entries;
    },
  };
}

function logTo(lines: string[]): Log {
  const add = (line: string): void => void lines.push(line);
  return { info: add, warn: add, error: add };
}

/** An exchange whose only attempt the upstream answered so, and which was stopped for it. */
function refused(
  id: string,
  outcome: RecordedOutcome,
  message = 'No such key: sk-abcdefghijkl1234',
): JournalEntry {
  const attempt = failedTry(message);
  const judgements = attempt.judgements.map((judgement): Judgement => ({ ...judgement, outcome }));
  return { ...summary({ id, end: failedEnd(message) }), tries: [{ ...attempt, judgements }] };
}

const status = (code: number, body?: string): RecordedOutcome => ({
  kind: 'responded',
  status: code,
  headers: [],
  ...(body !== undefined && { body }),
});
const unauthorised = status(401, '{"error":{"message":"No such key: sk-abcdefghijkl1234\\nReally"}}');

describe('first-hop replay', () => {
  async function replayed(config: object, entries: readonly JournalEntry[], limit = 500): Promise<string[]> {
    const lines: string[] = [];
    await replay(configSchema.parse(config), readerOf(entries), limit, logTo(lines));
    return lines;
  }

  it('tells how many exchanges would go another way, which, and by which rule', async () => {
    const retries401 = { error_handling: { retry_codes: [401], fail_codes: [], builtin_rules: false } };
    const { model: _model, ...nameless } = refused('b', unauthorised);
    expect(await replayed(retries401, [refused('a', unauthorised), nameless])).toEqual([
      '2 of 2 would change: 2 stop (server-error) → retry',
      '  1970-01-01 00:00:01  some-model  attempt 1: stop (server-error) → retry by retry_codes  "No such key: sk-…1234 Really"',
      '  1970-01-01 00:00:01  (no model)  attempt 1: stop (server-error) → retry by retry_codes  "No such key: sk-…1234 Really"',
    ]);
  });

  it('says so when nothing would change', async () => {
    const same = refused('a', status(200, '{}'));
    const [attempt] = same.tries;
    const [judgement] = attempt?.judgements ?? [];
    const delivered = {
      ...same,
      tries: [
        {
          ...attempt,
          judgements: [
            {
              ...judgement,
              outcome: status(200, '{"choices":[{"message":{"content":"Hi"}}]}'),
              verdict: { kind: 'good', ended: false },
              decision: { kind: 'deliver' },
            },
          ],
        },
      ],
    } as JournalEntry;
    expect(await replayed({}, [delivered])).toEqual(['0 of 1 would change.']);
  });

  it('takes a reply for good that other rules had refused', async () => {
    const good = status(200, '{"choices":[{"message":{"content":"Hi"}}]}');
    expect(await replayed({}, [refused('a', good)])).toEqual([
      '1 of 1 would change: 1 stop (server-error) → deliver',
      '  1970-01-01 00:00:01  some-model  attempt 1: stop (server-error) → deliver',
    ]);
  });

  it('does not ask again for what the client gave up', async () => {
    const left = refused('a', { kind: 'aborted', by: 'client' });
    expect(await replayed({}, [left])).toEqual([
      '1 of 1 would change: 1 stop (server-error) → stop (moot)',
      '  1970-01-01 00:00:01  some-model  attempt 1: stop (server-error) → stop (moot)',
    ]);
  });

  it('sums the ways up, the most frequent first, and names twenty', async () => {
    const config = { error_handling: { retry_codes: [401], fail_codes: [403], builtin_rules: false } };
    const forbidden = refused('f', status(403, ''));
    const many = Array.from({ length: 21 }, (_, index) => refused(`a${index}`, unauthorised));
    const lines = await replayed(config, [forbidden, ...many]);
    expect(lines[0]).toBe(
      '22 of 22 would change: 21 stop (server-error) → retry, 1 stop (server-error) → stop (forbidden)',
    );
    expect(lines[1]).toBe(
      '  1970-01-01 00:00:01  some-model  attempt 1: stop (server-error) → stop (forbidden) by fail_codes',
    );
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toBe('… and 2 more');
  });

  it('tells of limits that would end it sooner', async () => {
    const lines = await replayed(
      { error_handling: { max_retries: 0, retry_codes: [401], fail_codes: [], builtin_rules: false } },
      [refused('a', unauthorised)],
    );
    expect(lines[0]).toBe('1 of 1 would change: 1 stop (server-error) → stop (attempts-exhausted)');
  });

  it('looks at as many as asked for, and leaves out what has been forgotten meanwhile', async () => {
    const reader = readerOf([refused('a', unauthorised), refused('b', unauthorised)]);
    const lines: string[] = [];
    const forgetful = {
      ...reader,
      get: (id: string) => (id === 'a' ? reader.get(id) : Promise.resolve(undefined)),
    };
    await replay(configSchema.parse({}), forgetful, 2, logTo(lines));
    expect(lines[0]).toMatch(/^1 of 1 would change/);
    expect(await replayed({}, [refused('a', unauthorised), refused('b', unauthorised)], 1)).toHaveLength(2);
  });

  it('says what could not be judged, and that there is nothing to judge', async () => {
    expect(await replayed({}, [refused('a', status(500))])).toEqual([
      '0 of 1 would change.',
      '1 could not be judged again whole, because what the provider answered was not kept (journal.bodies).',
    ]);
    expect(await replayed({}, [])).toEqual([
      'The journal has no exchanges yet: chat a little, then try again.',
    ]);
  });
});

describe('first-hop export', () => {
  async function exported(
    id: string | undefined,
    entries: readonly JournalEntry[],
  ): Promise<{ readonly isWritten: boolean; readonly lines: readonly string[] }> {
    const lines: string[] = [];
    return { isWritten: await exportExchange(id, readerOf(entries), logTo(lines)), lines };
  }
  const good: JournalEntry = { ...summary({ id: 'good' }), tries: [] };
  const retried: JournalEntry = {
    ...refused('retried', unauthorised),
    ...summary({ id: 'retried', attempts: 2 }),
  };

  it.each<[string | undefined, readonly JournalEntry[], string]>([
    [undefined, [good, refused('a1', unauthorised)], 'the latest that failed'],
    [undefined, [good, retried], 'the latest that was retried'],
    ['a1', [good, refused('a1b2', unauthorised)], 'by the beginning of its id'],
  ])('%s: %#', async (id, entries, _reason) => {
    const { isWritten, lines } = await exported(id, entries);
    expect(isWritten).toBe(true);
    expect(JSON.parse(lines.join('\n'))).toMatchObject({
      plain: { status: 401, body: '{"error":{"message":"No such key: sk-…1234\\nReally"}}' },
    });
  });

  it.each<[string | undefined, readonly JournalEntry[], string]>([
    [undefined, [good], 'Nothing has failed in the latest 1 exchanges of the journal.'],
    ['x', [good], 'The journal has no exchange x. Its id stands on the page, under History.'],
    ['good', [good], 'No attempt of exchange good has failed, so there is nothing to report about it.'],
  ])('%s: says why there is nothing to write (%#)', async (id, entries, words) => {
    expect(await exported(id, entries)).toEqual({ isWritten: false, lines: [words] });
  });
});

describe('on the command line', () => {
  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const machine = new TestMachine();
    onTestFinished(() => machine.remove());
    machine.env = { FIRST_HOP_DATA: machine.home, ...env };
    machine.write('config.yaml', 'target_proxy: {url: "http://127.0.0.1:1"}');
    machine.write('elsewhere.yaml', `journal: {folder: ${machine.home}}`);
    machine.write('broken.yaml', 'error_handling: {max_retries: many}');
    return { exitCode: await runCli(args, machine), said: machine.said };
  };

  it.each<[readonly string[], number, string, string]>([
    [['replay'], 0, 'The journal has no exchanges yet', 'nothing to judge is no failure'],
    [['replay', '--limit', '0'], 1, 'A whole number above 0 is expected.', 'a limit that is none'],
    [['replay', '--config', 'broken.yaml'], 1, 'max_retries', 'a configuration that is broken'],
    [['replay', '--config', 'elsewhere.yaml'], 0, 'The journal has no exchanges yet', 'a folder of its own'],
    [['export'], 1, 'Nothing has failed in the latest 0 exchanges', 'nothing to report'],
    [['export', 'abc'], 1, 'The journal has no exchange abc.', 'an id that is not there'],
  ])('%j ends with %i: %s (%s)', async (args, exitCode, words) => {
    const ran = await run(args);
    expect(ran.said).toContain(words);
    expect(ran.exitCode).toBe(exitCode);
  });

  it('export writes what the journal has', async () => {
    const machine = new TestMachine();
    onTestFinished(() => machine.remove());
    machine.env = { FIRST_HOP_DATA: machine.home };
    machine.write('config.yaml', '{}');
    const folder = join(machine.home, 'journal');
    const { clock, log } = machine;
    const store = await openJournalStore({ folder, retention: () => PLENTY, clock, log });
    await store.write([stored({ id: 'abc', end: failedEnd('No.') }, [], [failedTry('No.')])]);
    await store.close();
    expect(await runCli(['export', 'a'], machine)).toBe(0);
    expect(JSON.parse(machine.said)).toMatchObject({ plain: { status: 500 } });
  });

  it('replay takes a limit', async () => {
    expect((await run(['replay', '--limit', '7'])).exitCode).toBe(0);
  });

  it('start says so when the environment asks for traces in a way that can not be followed', async () => {
    const machine = new TestMachine();
    onTestFinished(() => machine.remove());
    machine.env = { FIRST_HOP_DATA: machine.home, OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere' };
    expect(await machine.whileRunning(['--port', '0'])).toBe(0);
    expect(machine.said).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is not an address');
  });
});
