import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../../test/support/rewrite-worker.ts';
import { ruleRunner } from '../budget.ts';
import { replyRules } from '../rules.ts';
import { STEP_START, isHarmless, stepOn } from '../step.ts';
import type { Step } from '../step.ts';
import { compileTextRule } from '../pattern.ts';
import { PRESETS, PRESET_NAMES } from './presets.ts';
import type { PresetName } from './presets.ts';

/** A preset at work, on a text in pieces; on a whole one without. */
function apply(preset: PresetName, ...pieces: readonly string[]): string {
  const section = { enabled: true, presets: [preset], rules: [] };
  const rules = replyRules({ regex_replacement: section, response_processing: section });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const runner = ruleRunner(rules, { clock: new FakeClock(), log, workerFile: REWRITE_WORKER });
  const steps = [...rules.keys()];
  const [text] = pieces;
  if (pieces.length === 1 && text !== undefined) {
    const chain = steps.map((step) => ({ kind: 'whole', step }) as const);
    return (
      runner.runNow({ chains: [chain], pieces: [{ chain: 0, text, isEnd: true }] })?.texts.join('') ?? ''
    );
  }
  const chain = steps.map((step) => ({ kind: 'stage', step, state: STEP_START }) as const);
  const all = pieces.map((piece, index) => ({
    chain: 0,
    text: piece,
    isEnd: index === pieces.length - 1,
  }));
  return runner.runNow({ chains: [chain], pieces: all })?.texts.join('') ?? '';
}

/** What goes on of a text that is not over. */
function applyUnfinished(preset: PresetName, text: string): string {
  let passed = text;
  for (const step of stepsOf(preset)) passed = stepOn(step, STEP_START, passed, false).text;
  return passed;
}

function stepsOf(preset: PresetName): readonly Step[] {
  const section = { enabled: true, presets: [preset], rules: [] };
  return replyRules({ regex_replacement: section, response_processing: section }).map(({ step }) => step);
}

/** UTF-8 read as Windows-1252, or as Latin-1 where that has no character. */
function garbled(text: string): string {
  const decoder = new TextDecoder('windows-1252');
  return [...Buffer.from(text)].map((byte) => decoder.decode(Uint8Array.of(byte))).join('');
}

const SAMPLES: readonly (readonly [PresetName, string, string, string])[] = [
  ['fix-mojibake', 'donâ€™t â€œgoâ€\u009d', 'don’t “go”', 'quotes, the last with its control character'],
  ['fix-mojibake', 'wait â€” or â€“ orâ€¦', 'wait — or – or…', 'dashes and dots'],
  ['fix-mojibake', 'â€œgoâ€ she said, â€" yes', '“go” she said, — yes', 'what lost its last byte'],
  ['fix-mojibake', 'cafÃ© dÃ©jÃ\u00a0 vu, GÃ¼te, Ã–l, Ã…se', 'café déjà vu, Güte, Öl, Åse', 'accents'],
  ['fix-mojibake', 'CAFÃ‰ MAÃ±ANA', 'CAFÉ MAñANA', 'accents in capitals, and after them'],
  ['fix-mojibake', 'smile ðŸ˜€ð\u009f\u0098\u0080!', 'smile 😀😀!', 'emoji, also read as Latin-1'],
  ['fix-mojibake', '5Â\u00a0kg, 5Â kg', '5\u00a0kg, 5 kg', 'a no-break space, and one that became plain'],
  ['fix-mojibake', 'sÄ… Å¼e ÅšlÄ…sk', 'są że Śląsk', 'Polish'],
  ['fix-mojibake', 'ÐŸÑ€Ð¸Ð²ÐµÑ‚', 'Привет', 'Russian'],
  ['fix-mojibake', 'æ—¥æœ¬èªžã\u0081§ã\u0081™', '日本語です', 'Japanese'],
  ['fix-mojibake', 'donÃ¢â‚¬â„¢t cafÃƒÂ©', 'don’t café', 'twice'],
  [
    'fix-mojibake',
    'MARQUÉ… „MENÜ“ «CAFɻ AMANHÃ… IRMÔ',
    'MARQUÉ… „MENÜ“ «CAFɻ AMANHÃ… IRMÔ',
    'capitals before punctuation are meant',
  ],
  [
    'fix-mojibake',
    '“café…” „Fuß“ olé”» 3×½ Ø¼',
    '“café…” „Fuß“ olé”» 3×½ Ø¼',
    'so are small letters, and signs before numbers',
  ],
  [
    'fix-mojibake',
    'naïve – “quoted” 日本 Ünïcödé 😀',
    'naïve – “quoted” 日本 Ünïcödé 😀',
    'what is right stays',
  ],
  [
    'unescape-unicode',
    'dash \\u2014 \\u201cquote\\u201d \\ud83d\\ude00',
    'dash — “quote” 😀',
    'as models repeat it',
  ],
  [
    'unescape-unicode',
    '\\\\u2014 \\u0007 \\u000a \\ud83d \\u20',
    '\\\\u2014 \\u0007 \\u000a \\ud83d \\u20',
    'escaped, control characters, halves and beginnings stay',
  ],
  [
    'decode-html-entities',
    '&quot;It&#39;s&quot; &lt;b&gt; &amp;amp;&nbsp;x',
    '"It\'s" <b> &amp; x',
    'one level',
  ],
  ['remove-thinking', '<think>\nhm\n</think>\n\nHello', 'Hello', 'DeepSeek'],
  [
    'remove-thinking',
    'A<thinking>x</think></thinking> B <THINK>y</think>C',
    'AB C',
    'anywhere, in any case, by its own tag',
  ],
  [
    'remove-thinking',
    'Hi <think>never closed <thin',
    'Hi <think>never closed <thin',
    'a reply that broke off',
  ],
  ['remove-thinking', 'a < b <thinker> <b>', 'a < b <thinker> <b>', 'other tags'],
  ['remove-zero-width', 'a\u200bb\ufeffc 👩\u200d🚀', 'abc 👩\u200d🚀', 'but not those that join'],
  ['plain-spaces', 'a\u00a0b\u202fc\u3000d', 'a b c d', 'odd spaces'],
  ['straight-quotes', '“It’s” ‘fine’ „so“', '"It\'s" \'fine\' "so"', 'curly and low quotes'],
  [
    'normalise-dashes',
    'I-- wait--no. Well -- yes – no ― 10–20, co‑op',
    'I— wait—no. Well — yes — no — 10–20, co-op',
    'several ways to write one',
  ],
  [
    'normalise-dashes',
    '---\n|--|--|\n--flag a --flag i--; <!-- x -->',
    '---\n|--|--|\n--flag a --flag i--; <!-- x -->',
    'rules, tables, options, code',
  ],
  ['plain-ellipses', 'Well… no', 'Well... no', 'dots'],
  ['trim-trailing-spaces', 'a  \nb\t\r\n  c d ', 'a\nb\r\n  c d', 'at the ends of lines only'],
  ['collapse-blank-lines', 'a\n\n\n\nb\n \n\t\n\nc\n\nd\ne', 'a\n\nb\n\nc\n\nd\ne', 'with spaces in them'],
];

describe.each(SAMPLES)('%s: %j', (preset, text, expected) => {
  it('in a whole text', () => {
    expect(apply(preset, text)).toBe(expected);
  });

  it('in a text that is cut anywhere', () => {
    for (let at = 0; at <= text.length; at += 1) {
      expect(apply(preset, text.slice(0, at), text.slice(at))).toBe(expected);
    }
    expect(apply(preset, ...text.split(''), '')).toBe(expected);
  });
});

it('all of them have a sample, and run without being watched', () => {
  expect(new Set(SAMPLES.map(([preset]) => preset))).toEqual(new Set(PRESET_NAMES));
  for (const preset of PRESET_NAMES) {
    expect(stepsOf(preset).map(isHarmless)).not.toContain(false);
  }
});

it('what takes as long as the text is long is vouched for where the pattern does not say so by itself', () => {
  const vouchedFor = new Set<PresetName>();
  const computed = new Set<PresetName>(PRESET_NAMES);
  for (const preset of PRESET_NAMES) {
    for (const step of PRESETS[preset].steps) {
      if (step.kind !== 'rule') continue;
      computed.delete(preset);
      const compiled = compileTextRule(step.source);
      expect(compiled).toMatchObject({ kind: 'valid', rule: { isHarmless: !step.isLinear } });
      expect(step.source.flags).toMatch(/^i?$/);
      if (step.isLinear) vouchedFor.add(preset);
    }
  }
  expect(vouchedFor).toEqual(new Set(['trim-trailing-spaces', 'collapse-blank-lines']));
  expect(computed).toEqual(new Set(['fix-mojibake', 'unescape-unicode', 'remove-thinking']));
});

describe('in a stream, what is decided goes on at once', () => {
  it.each<[preset: PresetName, text: string, passed: string, why: string]>([
    ['remove-thinking', 'a <b> c', 'a <b> c', 'another tag'],
    ['remove-thinking', 'a <thin', 'a ', 'the beginning of a tag'],
    ['remove-thinking', 'a <think>b', 'a ', 'a thought that may end'],
    ['remove-thinking', 'a <think>b</think> c', 'a c', 'one that has ended'],
    ['fix-mojibake', 'naïve — é!', 'naïve — é!', 'characters that begin nothing'],
    ['fix-mojibake', 'it â', 'it ', 'one that may'],
    ['unescape-unicode', 'C:\\dir \\n', 'C:\\dir \\n', 'other escapes'],
    ['unescape-unicode', 'a \\u201', 'a ', 'half an escape'],
    ['unescape-unicode', 'a \\ud83d', 'a ', 'half a character'],
    ['straight-quotes', 'so“', 'so"', 'a character by itself'],
    ['trim-trailing-spaces', 'a ', 'a', 'spaces that may stand at an end'],
  ])('%s: of %j it is %j: %s', (preset, text, passed) => {
    expect(applyUnfinished(preset, text)).toBe(passed);
  });
});

it('all of them are in the manual, in their words', () => {
  const page = readFileSync(new URL('../../../docs/rewriting.md', import.meta.url), 'utf8').replace(
    / +\|/g,
    ' |',
  );
  for (const preset of PRESET_NAMES) {
    expect(page.replace(/\| +/g, '| ')).toContain(`| \`${preset}\` | ${PRESETS[preset].description} |`);
  }
});

describe('whatever the text', () => {
  const alphabet = 'a A\n\t <think></think>\\u2014ð–Ÿ˜€â€™”Ã©Â…É\u00a0é"--&quot;“’\u200b';
  const anyText = fc
    .array(
      fc.oneof(
        fc.constantFrom(...alphabet.split(''), '<think>', '</think>', 'â€', '\\u'),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''));

  it.each(PRESET_NAMES)('%s: pieces give what the whole gives', (preset) => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(40), { maxLength: 6 }), (text, cuts) => {
        const places = [0, ...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((at, index) => text.slice(places[index], at));
        expect(apply(preset, ...pieces, '')).toBe(apply(preset, text));
      }),
      { numRuns: 300 },
    );
  });

  it('what UTF-8 read wrongly has made of text with accents, dashes and emoji, fix-mojibake makes good', () => {
    const good = fc
      .array(
        fc.constantFrom(
          'café',
          'Güte',
          '“mañana”',
          'weiß…',
          'don’t',
          '—',
          '10–20',
          '½',
          '£5',
          '😀',
          '日本',
          '…and',
          'Ä',
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(good, (text) => {
        expect(apply('fix-mojibake', garbled(text))).toBe(text);
      }),
    );
  });
});
