// Gives an outcome its verdict. The order of judgement is docs/errors.md's; nothing here waits, sends or throws.
import { assertNever } from '../std/assert-never.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { connectionFinding, oversizedFinding, timeoutFinding } from './connection-finding.ts';
import type { Finding } from './finding.ts';
import { replyFinding, streamEndFinding } from './reply-finding.ts';
import { firstMatch } from './rules.ts';
import type { HardStopRule, KnownRule, RecategorisationRule, Rules } from './rules.ts';
import { costForStatus, reasonForStatus, reportable, unretriedStatus } from './status.ts';
import type { Failure, Final, HardStop, Retryable, Verdict } from './verdict.ts';

/**
 * What an outcome means. The first that applies decides: nobody listening, a good reply, the user's hard stops, the
 * user's other status for it, what First Hop knows itself, the status lists.
 * @param wallMs the time now in milliseconds since the epoch, for waits given as dates
 */
export function classify(outcome: Outcome, rules: Rules, wallMs: number): Verdict {
  switch (outcome.kind) {
    case 'aborted':
      return { kind: 'moot' };
    case 'opened':
      return { kind: 'good', ended: false };
    case 'responded':
      return judge(replyFinding(outcome, rules, wallMs), rules, outcome.unasked !== true);
    case 'ended':
      return judge(streamEndFinding(outcome, rules, wallMs), rules, true);
    case 'unreachable':
    case 'broken':
      return judge(connectionFinding(outcome), rules, false);
    case 'timed-out':
      return judge(timeoutFinding(outcome), rules, false);
    case 'oversized':
      return judge(oversizedFinding(outcome), rules, false);
    default:
      return assertNever(outcome);
  }
}

function judge(finding: Finding | undefined, rules: Rules, ended: boolean): Verdict {
  if (finding === undefined) return { kind: 'good', ended };
  const { texts, upstreamStatus, otherwise } = finding;
  const hardStop = firstMatch(rules.hardStops, texts, upstreamStatus);
  if (hardStop !== undefined) return stoppedHard(finding, hardStop);
  const other = firstMatch(rules.recategorisations, texts, upstreamStatus);
  if (other !== undefined) return byStatus(recategorised(finding, other), rules);
  if (otherwise.kind === 'by-status') {
    // What can not be read as a reply may hold a model's words, which are nobody's knowledge.
    const known =
      finding.reason === 'malformed-reply' ? undefined : firstMatch(rules.builtin, texts, finding.status);
    return known === undefined ? byStatus(finding, rules) : byKnowledge(finding, known, rules);
  }
  if (otherwise.kind === 'deliver') return { kind: 'good', ended };
  return otherwise.kind === 'retry'
    ? retryable(finding, otherwise.rule, false)
    : final(finding, otherwise.rule);
}

function stoppedHard(finding: Finding, rule: HardStopRule): Verdict {
  const { original, status } = finding;
  const stopped: Finding = { ...finding, reason: 'hard-stop', status: unretriedStatus(status) };
  const hardStop: HardStop = {
    pattern: rule.pattern,
    description: rule.description,
    ...(rule.userMessage !== undefined && { userMessage: rule.userMessage }),
    ...(rule.showsOriginal && original !== undefined && { originalResponse: original }),
  };
  return { ...final(stopped, 'hard_stop_conditions'), hardStop };
}

function recategorised(finding: Finding, rule: RecategorisationRule): Finding {
  const { pattern, description, newStatus: to } = rule;
  const event = { from: finding.upstreamStatus, to, pattern, description };
  return { ...finding, status: to, reason: reasonForStatus(to), recategorised: event };
}

function byKnowledge(finding: Finding, { id, effect }: KnownRule, rules: Rules): Verdict {
  const { reason = finding.reason } = effect;
  const known: Finding = { ...finding, reason, builtinRule: id };
  switch (effect.kind) {
    case 'stop': {
      const status =
        effect.status === undefined ? finding.status : unretriedStatus(finding.status, effect.status);
      const retryAfterMs = effect.dropsWait === true ? undefined : finding.retryAfterMs;
      return final({ ...known, status, retryAfterMs }, id);
    }
    case 'retry':
      return retryable(known, id, effect.conditional === true);
    case 'judge-as': {
      const { status = finding.status } = effect;
      const cost = finding.isRefusal ? costForStatus(status) : finding.cost;
      return byStatus({ ...known, status, cost, reason: effect.reason ?? reasonForStatus(status) }, rules);
    }
    default:
      return assertNever(effect);
  }
}

function byStatus(finding: Finding, rules: Rules): Verdict {
  const { status } = finding;
  if (rules.failCodes.has(status)) return final(finding, 'fail_codes');
  if (rules.retryCodes.has(status)) return retryable(finding, 'retry_codes', false);
  if (rules.conditionalCodes.has(status)) return retryable(finding, 'conditional_retry_codes', true);
  return final(finding, 'unlisted_status');
}

function retryable(finding: Finding, rule: string, conditional: boolean): Retryable {
  return { kind: 'retryable', ...failure(finding, rule), conditional };
}

function final(finding: Finding, rule: string): Final {
  return { kind: 'final', ...failure(finding, rule) };
}

function failure(finding: Finding, rule: string): Failure {
  const { reason, message, retryAfterMs, cost, builtinRule } = finding;
  return {
    reason,
    rule,
    status: reportable(finding.status),
    message,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    cost,
    ...(builtinRule !== undefined && { builtinRule }),
    ...(finding.recategorised !== undefined && { recategorised: finding.recategorised }),
  };
}
