// Values that older YAML readers (version 1.1, such as PyYAML) understood differently. We read YAML 1.2; a value
// that changed its meaning on the way is worth a word.
import { positionOf, scalars, type ConfigDocument } from './document.ts';
import { formatPath, type Problem } from './explain.ts';
import { schemaAt } from './json-schema.ts';

/** YAML 1.1's truth values besides true and false (https://yaml.org/type/bool.html). */
const TRUTH_WORDS = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
/** YAML 1.1 reads a leading zero as octal (https://yaml.org/type/int.html). */
const OCTAL = /^[-+]?0[0-7]+$/;
/** YAML 1.1 reads 1:30 as 90, counting in sixties. */
const SIXTIES = /^[-+]?[1-9][0-9]*(?::[0-5]?[0-9])+$/;

/** The truth value that YAML 1.1 saw in a word, if any. */
export function oldTruthValue(text: string): boolean | undefined {
  return TRUTH_WORDS.test(text) ? /^(?:y|on)/i.test(text) : undefined;
}

/** Warnings for values under known keys that YAML 1.1 would have read as something else. */
export function versionWarnings(parsed: ConfigDocument): readonly Problem[] {
  const warnings: Problem[] = [];
  for (const { node, path } of scalars(parsed.document.contents)) {
    const source = String(node.source);
    if (node.type !== 'PLAIN' || schemaAt(path) === undefined) continue;
    const before = meaningBefore(source);
    if (before === undefined) continue;
    const position = positionOf(parsed, node);
    const now = typeof node.value === 'number' ? `the number ${node.value}` : `the text "${source}"`;
    const message = `${source} is read as ${now}; older YAML readers read it as ${before}. Put a text in quotes, or write the value you mean`;
    warnings.push({ severity: 'warning', file: parsed.file, ...position, path: formatPath(path), message });
  }
  return warnings;
}

function meaningBefore(source: string): string | undefined {
  const truth = oldTruthValue(source);
  if (truth !== undefined) return String(truth);
  if (OCTAL.test(source)) return `the number ${Number.parseInt(source, 8)}`;
  if (!SIXTIES.test(source)) return undefined;
  const total = source
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return `the number ${source.startsWith('-') ? -total : total}`;
}
