// A YAML text as a tree whose nodes know their places. What the values mean is not known here.
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { redact } from '../std/redact.ts';
import type { Problem } from './explain.ts';
import type { Path } from './json-schema.ts';

/** A parsed file. */
export interface ConfigDocument {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** YAML's own complaints in plain words; they must not quote the file, which may hold keys. */
const SYNTAX_IN_WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used for indentation; YAML wants spaces',
  BAD_INDENT: 'the indentation does not fit the lines above',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing here or before',
  DUPLICATE_KEY: 'this key stands twice in the same group; keep one of them',
  MULTIPLE_DOCS: 'a second document begins with ---; put everything into one',
  BAD_SCALAR_START: 'a text that begins with this character must stand in quotes',
  BAD_DQ_ESCAPE: 'this backslash means nothing in double quotes; use single quotes or double the backslash',
  BLOCK_AS_IMPLICIT_KEY:
    'a second "key:" on one line, or a line indented too far; quote text that contains ": "',
  MULTILINE_IMPLICIT_KEY: 'this is not of the form "key: value"',
  UNEXPECTED_TOKEN: 'something stands here that does not belong; check quotes and indentation on this line',
  TAG_RESOLVE_FAILED: 'a tag beginning with ! is not known and is ignored',
};

/** Reads YAML 1.2 with merge keys (`<<`), as older configurations use them. The problems are those of syntax. */
export function parseConfig(
  text: string,
  file: string,
): { readonly parsed: ConfigDocument; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    merge: true,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: 'error',
  });
  const parsed = { file, document, lines };
  const seen = new Set<number>();
  const problems = [...document.errors, ...document.warnings].flatMap((found): readonly Problem[] => {
    const position = lineAndColumn(lines, found.pos[0]);
    // One slip makes the parser stumble several times in a line; the first time says it all.
    if (seen.has(position.line)) return [];
    seen.add(position.line);
    const severity = found.name === 'YAMLWarning' ? 'warning' : 'error';
    const message = SYNTAX_IN_WORDS[found.code] ?? `is not valid YAML: ${redact(found.message)}`;
    return [{ severity, file, ...position, path: '', message }];
  });
  return { parsed, problems };
}

/** Line and column of a node, from 1; of what is not in the file, those of its beginning. */
export function positionOf(
  { lines }: ConfigDocument,
  node: Node | undefined,
): { line: number; column: number } {
  return lineAndColumn(lines, node?.range?.[0] ?? 0);
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/**
 * The plain data of a document, `null` for an empty one; or why its anchors cannot be followed. The parser refuses
 * aliases that multiply into masses of data.
 */
export function dataOf(parsed: ConfigDocument): {
  readonly data: unknown;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  visit(parsed.document, {
    Alias(_key, alias) {
      if (alias.resolve(parsed.document) !== undefined) return;
      const message = `*${alias.source} refers to an anchor &${alias.source} that does not stand above`;
      problems.push({
        severity: 'error',
        file: parsed.file,
        ...positionOf(parsed, alias),
        path: '',
        message,
      });
    },
  });
  if (problems.length > 0) return { data: null, problems };
  try {
    return { data: parsed.document.toJS() as unknown, problems };
  } catch (error) {
    const message = `the aliases in this file cannot be followed: ${redact(String(error))}`;
    return { data: null, problems: [{ severity: 'error', file: parsed.file, path: '', message }] };
  }
}

/** Where a path leads: its key and its value, as far as they stand in the file. */
export interface Located {
  readonly key: Node | undefined;
  /** Where the value stands; for an alias, the alias. */
  readonly value: Node | undefined;
  /** The value itself; for an alias, what it refers to. */
  readonly content: Node | undefined;
}

/** Finds the nodes of a path, through anchors and merge keys. */
export function locate({ document }: ConfigDocument, path: Path): Located {
  let located = found(document, undefined, document.contents);
  for (const step of path) located = childOf(document, located.content, step);
  return located;
}

function found(document: Document, key: unknown, node: unknown): Located {
  const value = asNode(node);
  return { key: asNode(key), value, content: isAlias(value) ? value.resolve(document) : value };
}

function childOf(document: Document, parent: Node | undefined, step: string | number): Located {
  if (isSeq(parent)) return found(document, undefined, parent.items[Number(step)]);
  if (!isMap(parent)) return NOWHERE;
  const own = parent.items.find((pair) => keyText(pair.key) === String(step));
  if (own !== undefined) return found(document, own.key, own.value);
  const merged = mergedInto(parent).map((source) =>
    childOf(document, found(document, undefined, source).content, step),
  );
  return merged.find(({ key }) => key !== undefined) ?? NOWHERE;
}

const NOWHERE: Located = { key: undefined, value: undefined, content: undefined };

function mergedInto(map: YAMLMap): readonly unknown[] {
  return map.items
    .filter((pair) => keyText(pair.key) === MERGE_KEY)
    .flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
}

const MERGE_KEY = '<<';

function keyText(key: unknown): string {
  // A merge key holds a symbol as its value; its source is the text.
  return isScalar(key) ? String(key.source) : '';
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}

/** Every single value of the file with its path, each once, where it is written. */
export function* scalars(
  node: unknown,
  path: Path = [],
): Generator<{ readonly node: Scalar; readonly path: Path }> {
  if (isScalar(node)) yield { node, path };
  if (isSeq(node)) for (const [index, item] of node.items.entries()) yield* scalars(item, [...path, index]);
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    const text = keyText(key);
    yield* scalars(value, text === MERGE_KEY ? path : [...path, text]);
  }
}
