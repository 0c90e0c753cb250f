// The rules about failed replies, the user's and our own, compiled once per configuration, and the one way to ask them.
import { BUILTIN_RULES } from './builtin-rules.ts';
import type { BuiltinEffect, BuiltinRule } from './builtin-rules.ts';
import { compileErrorPattern } from './error-pattern.ts';
import type { ErrorPattern } from './error-pattern.ts';
import { pathOf } from './json-path.ts';
import type { JsonPath } from './json-path.ts';
import type { ResponseParsingOptions, VerdictErrorHandlingOptions } from './options.ts';

/** A pattern that is looked for in the texts of a failure. */
export interface TextRule {
  readonly search: ErrorPattern;
  /** As the user wrote it. */
  readonly pattern: string;
  readonly description: string;
  /** The statuses it applies to; undefined: any, and failures without one. */
  readonly statuses: ReadonlySet<number> | undefined;
}

/** Stops at once where its pattern matches the error text. */
export interface HardStopRule extends TextRule {
  /** What the client is told; undefined: the upstream's own message. */
  readonly userMessage: string | undefined;
  /** Whether the client gets the upstream's answer to see. */
  readonly showsOriginal: boolean;
}

/** Has a failed reply judged by another status. */
export interface RecategorisationRule extends TextRule {
  readonly newStatus: number;
}

/** One of First Hop's own rules. */
export interface KnownRule extends TextRule {
  readonly id: string;
  readonly effect: BuiltinEffect;
}

/** Everything classify() needs to know besides the outcome. Rules that are switched off are not in it. */
export interface Rules {
  readonly hardStops: readonly HardStopRule[];
  readonly recategorisations: readonly RecategorisationRule[];
  readonly failCodes: ReadonlySet<number>;
  readonly retryCodes: ReadonlySet<number>;
  readonly conditionalCodes: ReadonlySet<number>;
  /** Where the user's own error texts stand in a JSON reply. */
  readonly paths: readonly JsonPath[];
  /** First Hop's own knowledge; empty when it is switched off. */
  readonly builtin: readonly KnownRule[];
}

/** The first rule that applies to a failure: its status, and its pattern in any of the texts. */
export function firstMatch<Rule extends TextRule>(
  rules: readonly Rule[],
  texts: readonly string[],
  status: number | undefined,
): Rule | undefined {
  return rules.find(
    ({ statuses, search }) =>
      (statuses === undefined || (status !== undefined && statuses.has(status))) &&
      texts.some((text) => search.isIn(text)),
  );
}

/**
 * Compiles the rules of a configuration.
 * @throws for a pattern that is no regular expression; the configuration's schema lets none through
 */
export function compileRules(
  errorHandling: VerdictErrorHandlingOptions,
  responseParsing: ResponseParsingOptions,
): Rules {
  const { hard_stop_conditions: hardStops } = errorHandling;
  const { status_recategorization: recategorisation, json_extraction: extraction } = responseParsing;
  const recategorises = responseParsing.enabled && recategorisation.enabled;
  const extracts = responseParsing.enabled && extraction.enabled;
  return {
    hardStops: hardStops.enabled ? hardStops.rules.map(hardStopRule) : [],
    recategorisations: recategorises ? recategorisation.rules.map(recategorisationRule) : [],
    failCodes: new Set(errorHandling.fail_codes),
    retryCodes: new Set(errorHandling.retry_codes),
    conditionalCodes: new Set(
      errorHandling.conditional_retry_enabled ? errorHandling.conditional_retry_codes : [],
    ),
    paths: extracts ? extraction.paths.map(pathOf) : [],
    builtin: errorHandling.builtin_rules ? BUILTIN_RULES.map(knownRule) : [],
  };
}

function hardStopRule(
  rule: VerdictErrorHandlingOptions['hard_stop_conditions']['rules'][number],
): HardStopRule {
  return {
    search: compiled(rule.pattern),
    pattern: rule.pattern,
    description: rule.description ?? '',
    statuses: undefined,
    userMessage: rule.add_user_message ? rule.user_message : undefined,
    showsOriginal: rule.preserve_original_response,
  };
}

function recategorisationRule(
  rule: ResponseParsingOptions['status_recategorization']['rules'][number],
): RecategorisationRule {
  return {
    search: compiled(rule.pattern),
    pattern: rule.pattern,
    description: rule.description ?? '',
    statuses: rule.original_status === undefined ? undefined : new Set([rule.original_status]),
    newStatus: rule.new_status,
  };
}

function knownRule({ id, pattern, statuses, effect, description }: BuiltinRule): KnownRule {
  return {
    search: compiled(pattern),
    pattern,
    description,
    statuses: statuses === undefined ? undefined : new Set(statuses),
    id,
    effect,
  };
}

function compiled(pattern: string): ErrorPattern {
  const result = compileErrorPattern(pattern);
  if (result.kind === 'invalid') throw new Error(`${pattern}: ${result.reason}`);
  return result.pattern;
}
