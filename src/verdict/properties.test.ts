// What holds for any answer at all: no rule looks into a good reply, and judging ends, without throwing, in bounded work.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ended, judged, reply, responded, rulesOf } from '../../test/support/outcomes.ts';
import { BUILTIN_RULES } from './builtin-rules.ts';
import { compileSearchPattern } from '../rewrite/pattern.ts';

/** Words that stand in errors, and the errors themselves: all of it may be said in a story. */
const ERROR_WORDS = [
  'The model is overloaded. Please try again later.',
  'insufficient_quota',
  'Insufficient Balance',
  'free-models-per-day',
  'Content violates usage guidelines',
  '"quotaId": "RequestsPerDay"',
  '{"error":{"message":"no","code":429}}',
  '<title>a.example | 524: A timeout occurred</title>',
  '### **Proxy error (HTTP 429 Too Many Requests)**\n\n"proxy_note": "no"\n\n<!-- oai-proxy-error -->',
  '{"availability":{"retryable":false}}',
  'finish_reason: content_filter',
  'data: {"error":"x"}\n\n',
];
const words = fc
  .array(fc.oneof(fc.string(), fc.constantFrom(...ERROR_WORDS)), { minLength: 1 })
  .map((parts) => parts.join(' '))
  .filter((text) => /\S/.test(text));
const finish = fc.constantFrom('stop', 'length', 'content_filter', 'SAFETY', null);

describe('a good reply', () => {
  it('is good whatever it says', () => {
    fc.assert(
      fc.property(words, finish, (content, finishReason) => {
        const completion = { ...reply({ role: 'assistant', content }), usage: { total_tokens: 9 } };
        const finished = { ...completion, choices: [{ message: { content }, finish_reason: finishReason }] };
        const stream = `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: finishReason }] })}\n\n`;
        for (const body of [completion, finished, { choices: [{ text: content }] }, stream]) {
          expect(judged(responded(200, body))).toEqual({ kind: 'good', ended: true });
        }
      }),
    );
  });

  it('that is seen to be good at a look is found so when all of it is read, and nothing else is', () => {
    // Where a path of the user's might lead into it, a reply is always read.
    const reads = rulesOf({}, { json_extraction: { paths: ['$.nowhere.at_all'] } });
    const content = fc.oneof(
      words,
      fc.constantFrom('', ' ', '\u00a0', '\u3000', '\ufeff', '\u200b', 'é', '…', '模型', null),
      words.map((text) => `### **a**\n${text} <!-- oai-proxy-error -->\u3000`),
    );
    const error = fc.constantFrom<object>(
      {},
      { error: 'no' },
      { error: {} },
      { error: { code: 429 } },
      { message: 'no' },
    );
    const answers = fc.record({
      said: content,
      failure: error,
      extra: fc.constantFrom<object>({}, { reasoning: 'hm' }, { tool_calls: [{}] }, { refusal: 'no' }),
      form: fc.constantFrom('message', 'delta', 'both', 'text', 'list', 'two', 'none'),
      finish_reason: fc.oneof(finish, fc.constant('a')),
      headers: fc.constantFrom<string[]>([], ['x-oai-proxy-error', '1']),
      id: fc.constantFrom('error-1', 'a'),
    });
    fc.assert(
      fc.property(answers, ({ said, failure, extra, form, finish_reason, headers, id }) => {
        const message = { role: 'assistant', content: form === 'list' ? [said] : said, ...extra };
        const choice = {
          finish_reason,
          ...(form === 'text' ? { text: said } : { [form === 'delta' ? 'delta' : 'message']: message }),
          ...(form === 'both' && { delta: { content: 'hi' } }),
        };
        const choices = form === 'none' ? [] : form === 'two' ? [choice, choice] : [choice];
        const answer = responded(200, { id, choices, ...failure }, headers);
        expect(judged(answer)).toEqual(judged(answer, reads));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is good when it ends, whatever the reason', () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), (finishReason) => {
        expect(judged(ended({ shown: 'content', finishReason }))).toEqual({ kind: 'good', ended: true });
      }),
    );
  });

  it('that has been cut is not judged by its words', () => {
    fc.assert(
      fc.property(words, fc.nat(40), (content, missing) => {
        const whole = JSON.stringify(reply({ content }));
        const cut = whole.slice(0, whole.length - 1 - missing);
        expect(judged(responded(200, cut))).not.toHaveProperty('builtinRule');
      }),
    );
  });
});

describe('any failure', () => {
  const status = fc.constantFrom(200, 400, 402, 403, 429, 500, 502, 503, 529);
  const value = fc.oneof(
    fc.jsonValue(),
    words,
    fc.record({ error: fc.oneof(words, fc.record({ message: words, code: fc.jsonValue() })) }),
    fc.record({ candidates: fc.array(fc.jsonValue()), promptFeedback: fc.jsonValue() }),
    fc.record({ choices: fc.array(fc.record({ message: fc.jsonValue(), finish_reason: words })) }),
  );
  const off = rulesOf({ builtin_rules: false });

  it('is judged by a rule that exists, or by none when they are off', () => {
    const known: ReadonlySet<string> = new Set(BUILTIN_RULES.map(({ id }) => id));
    fc.assert(
      fc.property(status, value, (code, body) => {
        const verdict = judged(responded(code, body));
        if ('builtinRule' in verdict) expect(known.has(verdict.builtinRule)).toBe(true);
        expect(judged(responded(code, body), off)).not.toHaveProperty('builtinRule');
      }),
      { numRuns: 300 },
    );
  });

  it('is a failure with or without them: only good replies are good', () => {
    fc.assert(
      fc.property(status, value, (code, body) => {
        const outcome = responded(code, body);
        expect(judged(outcome).kind === 'good').toBe(judged(outcome, off).kind === 'good');
      }),
      { numRuns: 300 },
    );
  });
});

it.each(BUILTIN_RULES.map(({ id, pattern }) => [id, pattern]))('%s takes bounded work', (_id, pattern) => {
  const compiled = compileSearchPattern(pattern, 'i');
  if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
  const expression = new RegExp(compiled.source, compiled.flags);
  // The longest text that is searched, made of the beginnings of what is looked for.
  const piece = `${pattern.replace(/\\\w|[^\w: ]/g, '').slice(0, 12)}": {"x": "`;
  const text = piece.repeat(Math.ceil(65_536 / piece.length));
  const begun = process.cpuUsage();
  expression.test(text);
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1_000).toBeLessThan(500);
});
