// The user's rules about failed replies, compiled once per configuration.
import { compileErrorPattern } from './error-pattern.ts';
import { compilePath } from './json-path.ts';
import type { JsonPath } from './json-path.ts';
import type { ResponseParsingOptions, VerdictErrorHandlingOptions } from './options.ts';

/** A pattern that is looked for in the texts of a failure. */
export interface TextRule {
  readonly expression: RegExp;
  /** As the user wrote it. */
  readonly pattern: string;
  readonly description: string;
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
  /** The upstream's status it applies to; undefined: any, and failures without one. */
  readonly originalStatus: number | undefined;
  readonly newStatus: number;
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
  /** Whether First Hop's own knowledge is used. */
  readonly builtin: boolean;
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
    paths: extracts ? extraction.paths.map(compilePath) : [],
    builtin: errorHandling.builtin_rules,
  };
}

function hardStopRule(
  rule: VerdictErrorHandlingOptions['hard_stop_conditions']['rules'][number],
): HardStopRule {
  return {
    expression: compiled(rule.pattern),
    pattern: rule.pattern,
    description: rule.description ?? '',
    userMessage: rule.add_user_message ? rule.user_message : undefined,
    showsOriginal: rule.preserve_original_response,
  };
}

function recategorisationRule(
  rule: ResponseParsingOptions['status_recategorization']['rules'][number],
): RecategorisationRule {
  return {
    expression: compiled(rule.pattern),
    pattern: rule.pattern,
    description: rule.description ?? '',
    originalStatus: rule.original_status,
    newStatus: rule.new_status,
  };
}

function compiled(pattern: string): RegExp {
  const result = compileErrorPattern(pattern);
  if (result.kind === 'invalid') throw new Error(`${pattern} ${result.reason}`);
  return result.expression;
}
