// What both kinds of store promise. SQLite is tested where Node has it (22.13 and later).
import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { collected, failedEnd, failedTry, stored, summary } from '../../test/support/journal.ts';
import { all, ids, kinds, numbered, openedBy, sqlite } from '../../test/support/journal-stores.ts';
import type { JournalQuery } from '../journal/store.ts';

it('SQLite is tested wherever Node has it', () => {
  expect(sqlite !== undefined).toBe(isBuiltin('node:sqlite'));
});

describe.each(kinds)('a journal in %s', (_kind, open) => {
  it('gives back what it was given, bytes or text, and says when it has nothing', async () => {
    const { store } = openedBy(open);
    const request = Buffer.from('{"model":"größer"}');
    await store.write([
      stored({ id: 'a', profile: 'work' }, [request, 'sent', 'got', 'told'], [failedTry('No.')]),
      stored({ id: 'b' }),
    ]);
    expect(await store.get('a')).toEqual({
      ...summary({ id: 'a', profile: 'work' }),
      tries: [failedTry('No.')],
      request: { received: request.toString(), sent: 'sent' },
      reply: { received: 'got', sent: 'told' },
    });
    expect(await store.get('b')).toEqual({ ...summary({ id: 'b' }), tries: [] });
    expect(await store.get('c')).toBeUndefined();
    expect(await store.get('model')).toBeUndefined();
    await store.close();
  });

  it('has nothing at first, and nothing at all is an answer', async () => {
    const { store } = openedBy(open);
    expect(await store.list(all)).toEqual([]);
    expect(await store.get('a')).toBeUndefined();
    expect(await collected(store.entries())).toEqual([]);
    await store.close();
  });

  it('keeps the four bodies apart', async () => {
    const { store } = openedBy(open);
    await store.write([
      stored({ id: 'a' }, [undefined, undefined, undefined, 'told']),
      stored({ id: 'b' }, ['got', undefined, 'said']),
    ]);
    expect(await store.get('a')).toMatchObject({ reply: { sent: 'told' } });
    expect(await store.get('a')).not.toHaveProperty('request');
    expect(await store.get('b')).toMatchObject({ request: { received: 'got' }, reply: { received: 'said' } });
    await store.close();
  });

  it.each<[string, Partial<JournalQuery>, readonly string[]]>([
    ['everything, newest first', {}, ['d', 'c', 'b', 'a']],
    ['a page of it', { limit: 2 }, ['d', 'c']],
    ['the next page', { limit: 2, before: 3_000 }, ['b', 'a']],
    ['from a time on, that time included', { since: 2_000 }, ['d', 'c', 'b']],
    ['of one model', { model: 'grand' }, ['c', 'a']],
    ['that failed', { end: 'failed' }, ['b']],
    ['judged by a rule', { rule: 'retry_codes' }, ['d', 'b']],
    ['that were retried', { retried: true }, ['d']],
    ['that were not', { retried: false }, ['c', 'b', 'a']],
    ['all that is given must hold', { model: 'grand', since: 2_000 }, ['c']],
    ['by nothing that is there', { model: 'none' }, []],
  ])('lists %s', async (_what, query, expected) => {
    const { store } = openedBy(open);
    await store.write([
      stored({ id: 'a', startedAt: 1_000, model: 'grand' }),
      stored({ id: 'b', startedAt: 2_000, end: failedEnd('Overloaded.'), rule: 'retry_codes' }),
    ]);
    await store.write([
      stored({ id: 'c', startedAt: 3_000, model: 'grand' }),
      stored({ id: 'd', startedAt: 4_000, attempts: 2, rule: 'retry_codes' }),
    ]);
    expect(ids(await store.list({ ...all, ...query }))).toEqual(expected);
    await store.close();
  });

  it.each<[string, string, readonly string[]]>([
    ['the model', 'grand-model', ['model']],
    ['what the client was told of a failure', 'come back later', ['end']],
    ['what an attempt said', 'rate limit reached', ['try']],
    ['the request', 'once upon', ['request']],
    ['the request as it was sent', 'rewritten', ['sent']],
    ['the reply', 'happily', ['reply']],
    ['the reply as the client got it', 'retold', ['told']],
    ['any case', 'HAPPILY EVER', ['reply']],
    ['any case of any letter', 'ÄRGER', ['reply']],
    ['quotes and ends of lines as they are in the text, not in JSON', '"said"\nshe', ['request']],
    ['signs that mean something in patterns', 'a.*b', []],
    ['no names of fields around it', 'judgements', []],
    ['nothing: everything', '', ['told', 'reply', 'sent', 'request', 'try', 'end', 'model']],
  ])('finds a text in %s', async (_where, text, expected) => {
    const { store } = openedBy(open);
    const body = JSON.stringify({ content: 'Once upon a time, "said"\nshe, aXXb' });
    await store.write([
      stored({ id: 'model', startedAt: 1, model: 'Grand-Model' }),
      stored({ id: 'end', startedAt: 2, end: failedEnd('Please come back later.') }),
      stored({ id: 'try', startedAt: 3 }, [], [failedTry('Rate limit reached')]),
      stored({ id: 'request', startedAt: 4 }, [Buffer.from(body)]),
      stored({ id: 'sent', startedAt: 5 }, ['plain', 'rewritten']),
      stored({ id: 'reply', startedAt: 6 }, [undefined, undefined, 'Happily ever after, ärger']),
      stored({ id: 'told', startedAt: 7 }, [undefined, undefined, undefined, 'retold']),
    ]);
    expect(ids(await store.list({ ...all, text }))).toEqual(expected);
    await store.close();
  });

  it('gives all entries, oldest first', async () => {
    const { store } = openedBy(open);
    await store.write(numbered(1, 30));
    await store.write(numbered(31, 300));
    expect((await collected(store.entries())).map(({ id }) => id)).toEqual(
      numbered(1, 300).map(({ summary: { id } }) => id),
    );
    await store.close();
  });

  it('pages through more than it reads at once', async () => {
    const { store } = openedBy(open);
    await store.write(numbered(1, 450));
    const seen: string[] = [];
    for (let before = Infinity; ;) {
      const page = await store.list({ limit: 70, before });
      seen.push(...ids(page));
      const last = page.at(-1);
      if (last === undefined) break;
      before = last.startedAt;
    }
    expect(seen).toHaveLength(450);
    expect(new Set(seen).size).toBe(450);
    await store.close();
  });

  it('remembers when it is opened again', async () => {
    const { store, again } = openedBy(open);
    await store.write(numbered(1, 3));
    await store.close();
    const reopened = again();
    await reopened.write(numbered(4, 5));
    expect(ids(await reopened.list(all))).toEqual(['5', '4', '3', '2', '1']);
    await reopened.close();
  });
});
