// Where Python and JavaScript differ about groups that have not matched. Python fails at a reference to one, JavaScript
// goes on; Python remembers what a group matched in an earlier round of a repetition, JavaScript forgets it with each
// round. Such patterns are refused, or their groups may not be used.
import { assertNever } from '../../std/assert-never.ts';
import { Fault } from './fault.ts';
import { canBeEmpty } from './measure.ts';
import { contains } from './tree.ts';
import type { Node, Reference, Tree } from './tree.ts';

type Groups = ReadonlySet<number>;

/**
 * Checks all references of a tree.
 * @returns the groups whose text the two languages may see differently
 * @throws Fault at a reference to a group that may not have matched
 */
export function checkReferences(tree: Tree): Groups {
  const unsure = new Set<number>();
  walk(tree.body, new Set(), unsure);
  return unsure;
}

/** @returns the groups that have matched for certain behind a node, if those in `before` have before it. */
function walk(node: Node, before: Groups, unsure: Set<number>): Groups {
  switch (node.kind) {
    case 'char':
    case 'set':
    case 'anchor':
      return before;
    case 'reference':
      return checked(node, before);
    case 'sequence':
      return node.items.reduce((groups, item) => walk(item, groups, unsure), before);
    case 'choice':
      return inAll(node.items.map((item) => walk(item, before, unsure)));
    case 'group':
      return new Set([...walk(node.body, before, unsure), node.number]);
    case 'atomic':
      return walk(node.body, before, unsure);
    case 'look': {
      const inside = walk(node.body, before, unsure);
      return node.isNegative ? before : inside;
    }
    case 'repeat': {
      const round = walk(node.body, before, unsure);
      if (node.max > 1) addUnsure(node.body, round, unsure);
      return node.min === 0 ? before : new Set([...round].filter((group) => !unsure.has(group)));
    }
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

function checked(reference: Reference, before: Groups): Groups {
  if (before.has(reference.group)) return before;
  throw new Fault(
    reference.offset,
    `group ${reference.group} may have matched nothing at this place; write out both cases, with the group and without it`,
  );
}

function inAll(alternatives: readonly Groups[]): Groups {
  const [first = new Set<number>(), ...others] = alternatives;
  return new Set([...first].filter((group) => others.every((groups) => groups.has(group))));
}

/** A body that can be empty is tried once more by Python, and a group may then be empty at the end. */
function addUnsure(body: Node, round: Groups, unsure: Set<number>): void {
  const isEndless = canBeEmpty(body);
  contains(body, (node) => {
    if (node.kind === 'group' && (isEndless || !round.has(node.number))) unsure.add(node.number);
    return false;
  });
}
