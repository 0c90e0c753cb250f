// The page docs/builtin-rules.md, made from the rules themselves; `npm run docs` writes it.
import { assertNever } from '../src/std/assert-never.ts';
import { BUILTIN_RULES } from '../src/verdict/builtin-rules.ts';
import type { BuiltinEffect, BuiltinRule } from '../src/verdict/builtin-rules.ts';

const INTRODUCTION = `<!-- Written by \`npm run docs\` from src/verdict/builtin-rules.ts. Change it there. -->

# Built-in rules

What First Hop knows about providers that their status codes do not show. The rules work as yours do: a regular
expression, ignoring case, over the error text of a failed reply, never over a good one. They are asked in this order, the
first that applies decides, after your \`hard_stop_conditions\` and \`status_recategorization\` and before the status lists
(see [errors.md](errors.md)). \`error_handling.builtin_rules: false\` switches all of them off.

Each is proven by failures that real providers have sent: \`test/fixtures/upstream-failures/\`.
`;

/** The page as it stands in docs/builtin-rules.md. */
export function builtinRulesPage(): string {
  return `${INTRODUCTION}\n${BUILTIN_RULES.map(section).join('\n')}`;
}

function section({ id, pattern, statuses, effect, description, source, fixtures }: BuiltinRule): string {
  const where = statuses === undefined ? 'any failed reply' : `status ${statuses.join(', ')}`;
  const proofs = fixtures.map((name) => `[${name}](../test/fixtures/upstream-failures/${name}.json)`);
  return `## \`${id}\`

${description}

- Applies to ${where} that matches \`${pattern}\`
- ${inWords(effect)}
- Source: ${source}
- Proven by ${proofs.join(', ')}
`;
}

function inWords(effect: BuiltinEffect): string {
  const reason = effect.reason === undefined ? '' : `, told as \`${effect.reason.replaceAll('-', '_')}\``;
  switch (effect.kind) {
    case 'stop':
      return `Not retried${reason}${effect.dropsWait === true ? '; the wait it states is not told' : ''}`;
    case 'retry':
      return `Retried${effect.conditional === true ? ', at most `conditional_retry_max_attempts` times' : ''}${reason}`;
    case 'judge-as':
      return `Judged by the status lists${effect.status === undefined ? '' : ` as ${effect.status}`}${reason}`;
    default:
      return assertNever(effect);
  }
}
