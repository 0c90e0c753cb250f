// Changes single values of a configuration text and leaves the rest, comments above all, as it is.
import { isMap, isScalar, isSeq, stringify } from 'yaml';
import { locate, parseConfig } from './document.ts';
import type { ConfigDocument } from './document.ts';

/** One change of a configuration text. */
export interface ConfigEdit {
  readonly path: readonly string[];
  /** `append`: one more entry of the list there. Null with `set`: the key is taken out. */
  readonly kind: 'set' | 'append';
  readonly value: unknown;
}

/** No line is folded: long patterns stay in one piece. */
const LAYOUT = { lineWidth: 0 } as const;

/** The text with the changes made, in order. A text that is no YAML stays as it is: it can not be used anyway. */
export function editText(text: string, edits: readonly ConfigEdit[]): string {
  return edits.reduce(edited, text);
}

function edited(text: string, { path, kind, value }: ConfigEdit): string {
  const { parsed, problems } = parseConfig(text, '');
  if (problems.some(({ severity }) => severity === 'error')) return text;
  const { document } = parsed;
  const { value: node, content } = locate(parsed, path);
  // One plain value in place of another: not a character besides it is touched.
  if (
    kind === 'set' &&
    isScalar(node) &&
    node.range &&
    node.value !== null &&
    value !== null &&
    isPlain(value)
  ) {
    const [start, end] = node.range;
    return text.slice(0, start) + stringify(value, LAYOUT).trimEnd() + text.slice(end);
  }
  if (document.contents !== null && !isMap(document.contents)) return text;
  if (kind === 'append' && isSeq(content)) content.add(document.createNode(value));
  else if (kind === 'append') put(parsed, path, [value]);
  else if (value !== null) put(parsed, path, value);
  else if (node === undefined) return text;
  else document.deleteIn(path);
  const lines = document.toString({ ...LAYOUT, flowCollectionPadding: false });
  return isMap(document.contents) && document.contents.items.length === 0 ? '' : lines;
}

/** Sets a value; what stands in its way and is no group of keys becomes one. */
function put(parsed: ConfigDocument, path: readonly string[], value: unknown): void {
  const inTheWay = path.findIndex((_key, index) => {
    const { value: above } = locate(parsed, path.slice(0, index + 1));
    return above !== undefined && !isMap(above);
  });
  const depth = inTheWay === -1 ? path.length : inTheWay + 1;
  const inside = path.slice(depth).reduceRight((inner, key) => ({ [key]: inner }), value);
  parsed.document.setIn(path.slice(0, depth), parsed.document.createNode(inside));
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && !/\n/.test(value))
  );
}
