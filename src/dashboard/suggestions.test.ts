import { describe, expect, it } from 'vitest';
import {
  answered,
  attemptEntry,
  failedEntry,
  final,
  journalEntry,
  memoryConfig,
  retryable,
  serveEntries as open,
} from '../../test/support/dashboard.ts';
import type { JournalEntry } from '../journal/entry.ts';

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
