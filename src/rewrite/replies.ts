// Rules applied to replies, whole or streamed. What is too much for one turn runs in the worker.
import { replyTexts } from '../dialect/text-places.ts';
import type { ReplyPart } from '../dialect/text-places.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { RuleRunner } from './budget.ts';
import { frameRewriter } from './frames.ts';
import type { FrameRewriter } from './frames.ts';
import type { Chain, Job, JobResult, Link } from './job.ts';
import { appliesTo, tellChanged } from './rules.ts';
import type { RuleChanged } from './rules.ts';
import { splice, textAt } from './splice.ts';
import { STEP_START } from './step.ts';
import { BUDGET_MS } from './strikes.ts';

export interface ReplyRewriting {
  /**
   * A whole reply with the rules applied; the very same bytes where none changes anything, or where it is no JSON.
   * @param changed hears of every rule that changes something, perhaps again and again
   */
  whole(body: Buffer, changed?: RuleChanged): Buffer | Promise<Buffer>;
  /** For one streamed reply. */
  stream(changed?: RuleChanged): FrameRewriter;
}

/** @param rules positions, in the runner's list, of those for replies */
export function replyRewriting(runner: RuleRunner, rules: readonly number[]): ReplyRewriting {
  const rulesFor = (part: ReplyPart): readonly number[] =>
    rules.filter((index) => appliesTo(runner.rules[index], part));
  const byPart = { reply: rulesFor('reply'), reasoning: rulesFor('reasoning') };
  const chainOf = (part: ReplyPart, link: (step: number) => Link): Chain | undefined =>
    byPart[part].length === 0 ? undefined : byPart[part].map(link);

  const heard = (result: JobResult, changed: RuleChanged | undefined): JobResult => {
    tellChanged(runner.rules, new Set(result.changes.map(({ step }) => step)), changed);
    return result;
  };

  return {
    whole(body, changed) {
      const json = body.toString('latin1');
      // A byte order mark or blank lines may stand before it.
      if (!isObject(parseJson(json.slice(json.indexOf('{'))))) return body;
      const found = replyTexts(json, json.indexOf('{'))
        .flatMap(({ texts }) => texts)
        .filter(({ part }) => byPart[part].length > 0);
      const texts = found.map((place) => textAt(body, place));
      const parts = [...new Set(found.map(({ part }) => part))];
      const job: Job = {
        chains: parts.map((part) => byPart[part].map((step) => ({ kind: 'whole', step }))),
        pieces: found.map(({ part }, index) => ({
          chain: parts.indexOf(part),
          text: String(texts[index]),
          isEnd: true,
        })),
      };
      const finish = (done: JobResult): Buffer => {
        const { texts: results } = heard(done, changed);
        return splice(
          body,
          found.flatMap((place, index) => {
            const result = results[index];
            return result === texts[index] ? [] : [{ place, json: Buffer.from(JSON.stringify(result)) }];
          }),
        );
      };
      const done = runner.runNow(job);
      return done === undefined ? runner.run(job, BUDGET_MS).then(finish) : finish(done);
    },
    stream(changed) {
      let leftMs = BUDGET_MS;
      const inWorker = async (job: Job): Promise<JobResult> => {
        const result = await runner.run(job, leftMs);
        leftMs -= result.usedMs;
        return heard(result, changed);
      };
      return frameRewriter(
        (part) => chainOf(part, (step) => ({ kind: 'stage', step, state: STEP_START })),
        (job) => {
          const done = runner.runNow(job);
          return done === undefined ? inWorker(job) : heard(done, changed);
        },
      );
    },
  };
}
