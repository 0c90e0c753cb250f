// What stands in the form of the workbench, and how a recorded exchange fills it in.
import type { RecordedText, RecordedTexts, RuleText } from '../wire.ts';

export const KINDS = ['failure', 'request', 'reply'] as const;
export type Kind = (typeof KINDS)[number];

/** What texts of a kind may be, as rules know them; the first is meant unless another is chosen. */
export const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  failure: [],
  request: ['user', 'assistant', 'system', 'tool', 'developer'],
  reply: ['reply', 'reasoning'],
};

/** Stands for all parts together. */
export const ALL = -1;

export interface Input {
  readonly kind: Kind;
  readonly text: string;
  /** Of a failure, as they were typed. */
  readonly status: string;
  readonly headers: string;
  /** Of a text: the role of a message, or the part of a reply. */
  readonly role: string;
  /** The texts of a recorded prompt or reply. */
  readonly parts: readonly RecordedText[];
  /** Which of them stands in the form. */
  readonly chosen: number;
}

export const EMPTY: Input = {
  kind: 'failure',
  text: '',
  status: '429',
  headers: '',
  role: '',
  parts: [],
  chosen: ALL,
};

/** The texts that are tried. */
export function textsOf({ kind, text, role, parts, chosen }: Input): readonly RuleText[] {
  if (kind === 'failure') return [];
  return parts.length > 1 && chosen === ALL ? parts : [{ kind: role, text }];
}

/**
 * The form filled in from an exchange; undefined where it has nothing of that kind.
 * @param kind without it, the first that there is something of
 * @param attempt of a failure
 */
export function filled(texts: RecordedTexts, kind?: Kind, attempt?: number): Input | undefined {
  if (kind === undefined) return KINDS.map((one) => filled(texts, one)).find((input) => input !== undefined);
  if (kind === 'failure') {
    const failure = texts.failures.find((one) => one.attempt === attempt) ?? texts.failures[0];
    if (failure === undefined) return undefined;
    const headers = failure.headers.map(([name, value]) => `${name}: ${value}`).join('\n');
    return { ...EMPTY, kind, text: failure.text, status: String(failure.status), headers };
  }
  const parts = texts[kind];
  const [first] = parts;
  if (first === undefined) return undefined;
  const chosen = parts.length === 1 ? 0 : ALL;
  return { ...EMPTY, kind, text: first.text, role: first.kind, parts, chosen };
}

/** Lines of `name: value`; others are left out. */
export function headerPairs(lines: string): readonly (readonly [string, string])[] {
  return lines.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([^\s:]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}
