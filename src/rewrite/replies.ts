// Rules applied to replies, whole or streamed. In streams, all steps run in the worker if one of them must.
import { replyTexts } from '../dialect/text-places.ts';
import type { ReplyPart } from '../dialect/text-places.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { RuleRunner } from './budget.ts';
import { frameRewriter } from './frames.ts';
import type { FrameRewriter } from './frames.ts';
import type { Chain, Job, JobResult, Link } from './job.ts';
import { appliesTo } from './rules.ts';
import { splice, textAt } from './splice.ts';
import { STEP_START } from './step.ts';
import { BUDGET_MS } from './strikes.ts';

export interface ReplyRewriting {
  /** A whole reply with the rules applied; the very same bytes where none changes anything, or where it is no JSON. */
  whole(body: Buffer): Buffer | Promise<Buffer>;
  /** For one streamed reply. */
  stream(): FrameRewriter;
}

/** Less is not worth a timer: what takes so little does not stop anything. */
const LEAST_BUDGET_MS = 1;

/** @param rules positions, in the runner's list, of those for replies */
export function replyRewriting(runner: RuleRunner, rules: readonly number[]): ReplyRewriting {
  const rulesFor = (part: ReplyPart): readonly number[] =>
    rules.filter((index) => appliesTo(runner.rules[index], part));
  const byPart = { reply: rulesFor('reply'), reasoning: rulesFor('reasoning') };
  const chainOf = (part: ReplyPart, link: (step: number) => Link): Chain | undefined =>
    byPart[part].length === 0 ? undefined : byPart[part].map(link);

  return {
    whole(body) {
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
      const finish = ({ texts: results }: JobResult): Buffer =>
        splice(
          body,
          found.flatMap((place, index) => {
            const result = results[index];
            return result === texts[index] ? [] : [{ place, json: Buffer.from(JSON.stringify(result)) }];
          }),
        );
      return runner.needsWorker(rules) ? runner.run(job, BUDGET_MS).then(finish) : finish(runner.runNow(job));
    },
    stream() {
      let leftMs = BUDGET_MS;
      const isBounded = runner.needsWorker(rules);
      const inWorker = async (job: Job): Promise<JobResult> => {
        const result = await runner.run(job, Math.max(LEAST_BUDGET_MS, leftMs));
        leftMs -= result.usedMs;
        return result;
      };
      return frameRewriter(
        (part) => chainOf(part, (step) => ({ kind: 'stage', step, state: STEP_START })),
        isBounded ? inWorker : (job) => runner.runNow(job),
      );
    },
  };
}
