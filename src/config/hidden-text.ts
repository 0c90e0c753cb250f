// A configuration text that can be shown: its secrets replaced by placeholders that are put back when it is saved. Nothing
// else is changed, so that comments and layout stay the user's.
import { parseConfig, scalars } from './document.ts';
import type { ConfigDocument } from './document.ts';
import { hideSecrets, isSecretPath } from './secrets.ts';

/** A text whose secrets are placeholders. */
export interface HiddenText {
  readonly text: string;
  /** Puts the secrets back into a text made from this one; undefined when a placeholder in it stands for nothing. */
  readonly restore: (edited: string) => string | undefined;
}

/** In the shape of a word, so that it can stand wherever a secret can. */
const PLACEHOLDER = /<hidden-(\d+)>/g;
const VARIABLE_ONLY = /^["']?\$\{\w+\}["']?$/;
/** A secret by its name, wherever it stands, also in comments and in text that is not valid YAML. */
const NAMED =
  /^([^\n:]*(?:api[-_]?key|token|secret|password|authorization)["']?[ \t]*[:=][ \t]*)([^\s#][^\n#]*?)(?=[ \t]*(?:#.*)?$)/gim;
/** A group, a list, an alias, a switch. */
const NO_SECRET = /^(?:[[{|>&*]|true$|false$|null$)/;
const WORD = /[^\s"',[\]{}]+/g;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replaces every secret in a text: by its place, its name, or its look. References to variables stay. */
export function hideText(text: string): HiddenText {
  const { parsed, problems } = parseConfig(text, '');
  const isBroken = problems.some(({ severity }) => severity === 'error');
  const spans = withoutOverlaps([...byPlace(text, parsed), ...byName(text, isBroken), ...byLook(text)]);
  const secrets: string[] = [];
  let shown = '';
  let at = 0;
  for (const { start, end } of spans) {
    secrets.push(text.slice(start, end));
    shown += `${text.slice(at, start)}<hidden-${secrets.length}>`;
    at = end;
  }
  return {
    text: shown + text.slice(at),
    restore(edited) {
      let isKnown = true;
      const whole = edited.replace(PLACEHOLDER, (_placeholder, number: string) => {
        const secret = secrets[Number(number) - 1];
        isKnown &&= secret !== undefined;
        return secret ?? '';
      });
      return isKnown ? whole : undefined;
    },
  };
}

function byPlace(text: string, { document }: ConfigDocument): readonly Span[] {
  return [...scalars(document.contents)].flatMap(({ node, path }) => {
    /* v8 ignore next -- @preserve: what was parsed from a text has its place in it */
    const [start, end] = node.range ?? [0, 0];
    const isSecret = isSecretPath(path) || hideSecrets(String(node.value)) !== String(node.value);
    return isSecret ? spanOf(text, start, end) : [];
  });
}

/** @param everywhere or else in comments only: what is no comment is known by its place */
function byName(text: string, everywhere: boolean): readonly Span[] {
  return [...text.matchAll(NAMED)].flatMap((match) => {
    const [before, value] = [String(match[1]), String(match[2])];
    const isMeant = everywhere || before.trimStart().startsWith('#');
    if (!isMeant || NO_SECRET.test(value)) return [];
    const start = match.index + before.length;
    return spanOf(text, start, start + value.length);
  });
}

function byLook(text: string): readonly Span[] {
  return [...text.matchAll(WORD)].flatMap(({ index, 0: word }) =>
    hideSecrets(word) === word ? [] : spanOf(text, index, index + word.length),
  );
}

function spanOf(text: string, start: number, end: number): readonly Span[] {
  const value = text.slice(start, end).trimEnd();
  return value === '' || VARIABLE_ONLY.test(value) ? [] : [{ start, end: start + value.length }];
}

/** In their order; what lies in or across another is joined with it. */
function withoutOverlaps(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) joined.push(span);
    else if (span.end > last.end) joined[joined.length - 1] = { start: last.start, end: span.end };
  }
  return joined;
}
