// Rules applied to the messages of a request: only what is new is looked at, and only what changes is written anew.
import { requestTexts } from '../dialect/text-places.ts';
import type { TextPlace } from '../dialect/text-places.ts';
import { afterThisTurn } from '../std/clock.ts';
import type { RuleRunner } from './budget.ts';
import type { Job } from './job.ts';
import { textMemory } from './memory.ts';
import { appliesTo } from './rules.ts';
import { splice, textAt } from './splice.ts';
import type { Edit } from './splice.ts';
import { applyStep } from './step.ts';
import { BUDGET_MS } from './strikes.ts';

export interface RequestRewriting {
  /**
   * The request with the rules applied; the very same bytes where none changes anything.
   * @param json the body as latin1, from whoever has it already
   */
  rewrite(body: Buffer, json: string): Buffer | Promise<Buffer>;
}

/** A text that is not remembered. */
interface NewText {
  readonly place: TextPlace;
  readonly role: string;
  readonly text: string;
  /** The rules for it, by their positions. */
  readonly rules: readonly number[];
}

interface Rewritten {
  readonly texts: readonly string[];
  /** Whether the next time may come out otherwise. */
  readonly isPartial: boolean;
}

/** So much work (characters times rules) is done before other requests get their turn: some milliseconds. */
const TURN_WORK = 2_000_000;

/** @param rules positions, in the runner's list, of those for requests */
export function requestRewriting(runner: RuleRunner, rules: readonly number[]): RequestRewriting {
  const memory = textMemory();
  return {
    rewrite(body, json) {
      const byRole = new Map<string, readonly number[]>();
      const edits: Edit[] = [];
      const news: NewText[] = [];
      for (const { role, ...place } of requestTexts(json)) {
        const fitting = byRole.get(role) ?? rules.filter((index) => appliesTo(runner.rules[index], role));
        byRole.set(role, fitting);
        if (fitting.length === 0) continue;
        const known = memory.find(role, json.slice(place.start, place.end));
        if (known === undefined) news.push({ place, role, text: textAt(body, place), rules: fitting });
        else if (known.result !== undefined) edits.push({ place, json: known.result });
      }
      if (news.length === 0) return splice(body, edits);
      return applied(runner, news).then(({ texts, isPartial }) => {
        for (const [index, { place, role, text }] of news.entries()) {
          const now = texts[index];
          const result = now === text ? undefined : Buffer.from(JSON.stringify(now));
          if (result !== undefined) edits.push({ place, json: result });
          if (!isPartial) memory.keep(role, body.toString('latin1', place.start, place.end), result);
        }
        return splice(
          body,
          edits.sort((one, other) => one.place.start - other.place.start),
        );
      });
    },
  };
}

function applied(runner: RuleRunner, news: readonly NewText[]): Promise<Rewritten> {
  if (!news.some(({ rules }) => runner.needsWorker(rules))) return appliedInTurns(runner, news);
  const chains = [...new Set(news.map(({ rules }) => rules))];
  const job: Job = {
    chains: chains.map((rules) => rules.map((step) => ({ kind: 'whole', step }))),
    pieces: news.map(({ rules, text }) => ({ chain: chains.indexOf(rules), text, isEnd: true })),
  };
  return runner.run(job, BUDGET_MS);
}

/** On this thread: a whole book is read in turns with other requests. */
async function appliedInTurns(runner: RuleRunner, news: readonly NewText[]): Promise<Rewritten> {
  const texts: string[] = [];
  let work = 0;
  for (const { rules, text } of news) {
    let current = text;
    for (const index of rules) {
      const step = runner.rules[index]?.step;
      if (step === undefined || runner.isOff(index)) continue;
      current = applyStep(step, current);
      work += current.length;
      if (work > TURN_WORK) {
        work = 0;
        await new Promise<void>(afterThisTurn);
      }
    }
    texts.push(current);
  }
  return { texts, isPartial: false };
}
