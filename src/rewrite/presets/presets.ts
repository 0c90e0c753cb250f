// The rules that come with First Hop, switched on by name. Most are rules as users write them; those that are not are
// repairs with a file of their own beside this one.
import type { RuleSource } from '../pattern.ts';
import { mojibake } from './mojibake.ts';
import type { Repair } from './repair.ts';
import { thinking } from './thinking.ts';
import { unicodeEscapes } from './unicode-escapes.ts';

/** One thing a preset does. */
export type PresetStep =
  /** `isLinear`: each place of a text is looked at a few times only, though the pattern has no bound of its own. */
  | { readonly kind: 'rule'; readonly source: RuleSource; readonly isLinear: boolean }
  | { readonly kind: 'repair'; readonly name: RepairName };

/** A preset as the documentation lists it. */
export interface Preset {
  readonly description: string;
  /** What it does, in order. */
  readonly steps: readonly PresetStep[];
}

/** Repairs by name: a worker is told the name, since functions can not be sent. */
export const REPAIRS = { mojibake, thinking, unicodeEscapes } as const satisfies Record<string, Repair>;
/** The name of a repair. */
export type RepairName = keyof typeof REPAIRS;

function rule(pattern: string, replacement: string, flags = ''): PresetStep {
  return { kind: 'rule', source: { pattern, replacement, flags }, isLinear: false };
}

function linear(pattern: string, replacement: string): PresetStep {
  return { kind: 'rule', source: { pattern, replacement, flags: '' }, isLinear: true };
}

/** All presets, in the order in which they make sense. */
export const PRESETS = {
  'fix-mojibake': {
    description:
      'Decodes text again whose UTF-8 was read as Windows-1252 or Latin-1, also twice: `donâ€™t` becomes `don’t`.',
    steps: [
      { kind: 'repair', name: 'mojibake' },
      { kind: 'repair', name: 'mojibake' },
    ],
  },
  'unescape-unicode': {
    description: 'Puts the character in place of an escape that stands in the text: `\\u2014` becomes `—`.',
    steps: [{ kind: 'repair', name: 'unicodeEscapes' }],
  },
  'decode-html-entities': {
    description: 'Puts the character in place of an HTML entity: `&quot;` becomes `"`.',
    steps: [
      rule('&quot;|&#34;|&#x22;', '"', 'i'),
      rule('&apos;|&#0?39;|&#x27;', "'", 'i'),
      rule('&lt;', '<', 'i'),
      rule('&gt;', '>', 'i'),
      rule('&nbsp;|&#160;', ' ', 'i'),
      rule('&amp;', '&', 'i'),
    ],
  },
  'remove-thinking': {
    description: 'Removes `<think>…</think>` from texts, and the blank lines after it.',
    steps: [{ kind: 'repair', name: 'thinking' }],
  },
  'remove-zero-width': {
    description: 'Removes characters without width that nobody sees; those that join emoji stay.',
    steps: [rule('[\\u200b\\u2060\\ufeff]', '')],
  },
  'plain-spaces': {
    description: 'Turns no-break spaces and other odd spaces into plain ones.',
    steps: [rule('[\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]', ' ')],
  },
  'straight-quotes': {
    description: 'Turns curly quotes and apostrophes into straight ones: `“It’s”` becomes `"It\'s"`.',
    steps: [rule('[“”„‟]', '"'), rule('[‘’‚‛]', "'")],
  },
  'normalise-dashes': {
    description:
      'Makes one dash of all: `--`, `―` and a `–` between spaces become `—`, odd hyphens become `-`; `10–20` stays.',
    steps: [
      rule('[\\u2010\\u2011]', '-'),
      rule('\\u2015', '—'),
      rule('--(?<=[\\w,.!?…]--)(?<!<!--)(?![-|:>;=)])', '—'),
      rule('--(?<=[\\w,.!?…"”’*] --)(?= [\\w"“‘*])|–(?<=[\\w,.!?…"”’*] –)(?= (?:[^\\W\\d_]|["“‘*]))', '—'),
    ],
  },
  'plain-ellipses': {
    description: 'Turns `…` into three dots.',
    steps: [rule('…', '...')],
  },
  'trim-trailing-spaces': {
    description: 'Removes spaces and tabs at the ends of lines.',
    // A run of spaces is looked at from its beginning only.
    steps: [linear('(?<![ \\t])[ \\t]+(?=\\r?\\n|\\Z)', '')],
  },
  'collapse-blank-lines': {
    description: 'Leaves at most one blank line between paragraphs.',
    // What is not three line ends in a row is given up at the second line at the latest.
    steps: [linear('\\n(?:[ \\t]*\\r?\\n){2,}', '\\n\\n')],
  },
} as const satisfies Record<string, Preset>;

/** The name of a preset. */
export type PresetName = keyof typeof PRESETS;

/** The names of all presets. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript gives the keys of an object as texts only
export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];
