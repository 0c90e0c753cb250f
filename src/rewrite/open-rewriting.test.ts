// What a configuration's rules apply to, and where they run.
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { openRules, rewritten, wholeReply } from '../../test/support/rule-runner.ts';
import { frameSplitter } from '../sse/split.ts';
import { dataFrame } from '../sse/write.ts';

describe('the rules of a configuration', () => {
  const A = { pattern: 'a', replacement: 'x' };
  const B = { pattern: 'b', replacement: 'y' };
  const content = 'abc';
  const request = JSON.stringify({ messages: [{ role: 'user', content }] });
  const reply = JSON.stringify({ choices: [{ message: { content } }] });

  it('apply to requests and to replies, each their own', async () => {
    const rewriting = openRules(
      { rules: [A, { pattern: 'x', replacement: 'z' }] },
      { rules: [B, { pattern: 'y', replacement: 'w' }] },
    );
    expect(rewriting.counts).toEqual({ requests: 2, replies: 2 });
    expect(await rewritten(rewriting, request)).toContain('"zbc"');
    expect(wholeReply(rewriting, reply)).toContain('"awc"');
  });

  it('are not there where none is on', () => {
    const only = (requests: object, replies: object): readonly boolean[] => {
      const rewriting = openRules(requests, replies);
      return [rewriting.requests !== undefined, rewriting.replies !== undefined];
    };
    expect(only({}, {})).toEqual([false, false]);
    expect(only({ rules: [A] }, { rules: [{ ...B, enabled: false }] })).toEqual([true, false]);
    expect(only({}, { rules: [B] })).toEqual([false, true]);
  });

  it('tell which of them were stopped', async () => {
    const clock = new FakeClock();
    const rewriting = openRules({ rules: [{ pattern: '(a|a)+$' }] }, {}, clock);
    const evil = JSON.stringify({ messages: [{ role: 'user', content: `${'a'.repeat(40)}!` }] });
    expect(await clock.advanceUntil(rewritten(rewriting, evil))).toBe(evil);
    expect(rewriting.slow()).toEqual([
      { rule: 'regex_replacement.rules[0]', stopped: 1, switched_off: false },
    ]);
  });

  it('are applied no more in the thread once that is closed', async () => {
    const rewriting = openRules({ rules: [A, { pattern: '<(.*?)>', replacement: '[\\1]' }] });
    await rewriting.close();
    const long = (text: string): string =>
      JSON.stringify({ messages: [{ role: 'user', content: text + 'c'.repeat(1_000) }] });
    expect(await rewritten(rewriting, long('<a>'))).toBe(long('<x>'));
  });
});

describe('what may take long is done elsewhere', () => {
  const GROWING = { pattern: 'x', replacement: 'y'.repeat(1_000) };
  const UNBOUNDED = { pattern: '<(.*?)>', replacement: '[\\1]' };

  it.each<[why: string, rules: object[], text: string, expected: string]>([
    ['a long text', [UNBOUNDED], `<a>${'b'.repeat(1_000)}`, `[a]${'b'.repeat(1_000)}`],
    ['a text that rules make long', [GROWING, UNBOUNDED], '<x>', `[${'y'.repeat(1_000)}]`],
    ['a short text is done here', [UNBOUNDED], '<a>', '[a]'],
  ])('in requests and in replies: %s', async (_why, rules, content, expected) => {
    const rewriting = openRules({ rules }, { rules });
    const choices = [{ message: { content } }];
    expect(await rewritten(rewriting, JSON.stringify({ messages: [{ role: 'user', content }] }))).toBe(
      JSON.stringify({ messages: [{ role: 'user', content: expected }] }),
    );
    const whole = rewriting.replies?.whole(Buffer.from(JSON.stringify({ choices })));
    expect(String(await whole)).toBe(JSON.stringify({ choices: [{ message: { content: expected } }] }));
    expect(Buffer.isBuffer(whole)).toBe(content.length < 10 && rules.length === 1);
  });

  it('in streams, as long as much text is held back', async () => {
    const rewriter = openRules({}, { rules: [UNBOUNDED] }).replies?.stream();
    const take = (content: string): unknown =>
      rewriter?.take(frameSplitter().push(dataFrame({ choices: [{ index: 0, delta: { content } }] })));
    expect(take('a<b')).not.toBeInstanceOf(Promise);
    const long = take('c'.repeat(1_000));
    expect(long).toBeInstanceOf(Promise);
    await long;
    const end = take('>');
    expect(end).toBeInstanceOf(Promise);
    await end;
    expect(take('d<e>')).not.toBeInstanceOf(Promise);
    expect(rewriter?.sent).toBe(`a[b${'c'.repeat(1_000)}]d[e]`);
  });
});
