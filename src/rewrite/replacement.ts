// What takes the place of a match, in the notation of Python's `re.sub`: `\1`, `\g<1>`, `\g<name>`, `\n`; a dollar is a
// dollar. https://docs.python.org/3/library/re.html#re.sub
import { Fault } from './python/fault.ts';
import type { Tree } from './python/tree.ts';

/** A text, or the text of a group by its number in the pattern; 0 is the whole match. */
export type TemplatePart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'group'; readonly group: number };

/** The parts of a replacement in their order. */
export type Template = readonly TemplatePart[];

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

/** An escape; groups: octal digits, the number of a group, its name in angle brackets, any other character. */
const ESCAPE = /\\(?:(0[0-7]{0,2}|[1-7][0-7]{2})|([1-9]\d?)|g<([^>]+)>|([^]?))/gu;

/**
 * Takes a replacement apart.
 * @param unsure groups that may not be used, see references.ts
 * @throws Fault
 */
export function parseTemplate(replacement: string, tree: Tree, unsure: ReadonlySet<number>): Template {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const found of replacement.matchAll(ESCAPE)) {
    const [whole, octal, number, name, character = ''] = found;
    const offset = found.index;
    parts.push({ kind: 'text', text: replacement.slice(end, offset) });
    end = offset + whole.length;
    if (octal !== undefined) parts.push({ kind: 'text', text: octalCharacter(octal, offset) });
    else if (number !== undefined) parts.push(groupPart(Number(number), tree, unsure, offset));
    else if (name !== undefined) parts.push(groupPart(groupNamed(name, tree, offset), tree, unsure, offset));
    else parts.push({ kind: 'text', text: escapedCharacter(character, offset) });
  }
  parts.push({ kind: 'text', text: replacement.slice(end) });
  return joined(parts);
}

/** The replacement for one match. `groupAt` gives the text of a group; one that did not match is empty. */
export function expand(template: Template, groupAt: (group: number) => string | undefined): string {
  return template.map((part) => (part.kind === 'text' ? part.text : (groupAt(part.group) ?? ''))).join('');
}

/** The same in the notation of JavaScript's `replace`, which takes it without calling back. */
export function replaceString(template: Template, groups: readonly number[]): string {
  return template
    .map((part) => {
      if (part.kind === 'text') return part.text.replaceAll('$', '$$$$');
      return part.group === 0 ? '$&' : `$${String(groups[part.group]).padStart(2, '0')}`;
    })
    .join('');
}

function octalCharacter(octal: string, offset: number): string {
  const code = Number.parseInt(octal, 8);
  if (code > 0o377) throw new Fault(offset, `\\${octal} is more than \\377; write the character itself`);
  return String.fromCharCode(code);
}

/** A backslash before anything but a letter stays, with what stands behind it: `\"` is `\"`. */
function escapedCharacter(character: string, offset: number): string {
  if (character === '')
    throw new Fault(offset, 'the backslash at the end escapes nothing; write \\\\ for a backslash');
  if (character === 'g') throw new Fault(offset, '\\g needs a group behind it, as in \\g<1> or \\g<name>');
  const control = CONTROLS.get(character);
  if (control === undefined && /[A-Za-z]/.test(character)) {
    throw new Fault(
      offset,
      `\\${character} has no meaning in a replacement; write the character itself, or \\\\ for a backslash`,
    );
  }
  return control ?? `\\${character}`;
}

function groupNamed(name: string, tree: Tree, offset: number): number {
  const group = tree.names.get(name) ?? (/^\d+$/.test(name) ? Number(name) : undefined);
  if (group === undefined) throw new Fault(offset, `there is no group named ${name} in the pattern`);
  return group;
}

function groupPart(group: number, tree: Tree, unsure: ReadonlySet<number>, offset: number): TemplatePart {
  if (group > tree.groupCount) {
    throw new Fault(offset, `there is no group ${group} in the pattern; it has ${tree.groupCount}`);
  }
  if (unsure.has(group)) {
    throw new Fault(
      offset,
      `group ${group} stands in a repetition that may pass it by, so its text is not certain; put the group around the repetition`,
    );
  }
  return { kind: 'group', group };
}

function joined(parts: Template): Template {
  const result: TemplatePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') {
      result[result.length - 1] = { kind: 'text', text: last.text + part.text };
    } else if (part.kind === 'group' || part.text !== '') result.push(part);
  }
  return result;
}
