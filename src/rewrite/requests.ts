// Rules applied to the messages of a request: only what is new is looked at, and only what changes is written anew.
import { requestTexts } from '../dialect/text-places.ts';
import type { TextPlace } from '../dialect/text-places.ts';
import { turnOver } from '../std/clock.ts';
import type { RuleRunner } from './budget.ts';
import type { Job, StepChange } from './job.ts';
import { textMemory } from './memory.ts';
import { appliesTo, tellChanged } from './rules.ts';
import type { RuleChanged } from './rules.ts';
import { splice, textAt } from './splice.ts';
import type { Edit } from './splice.ts';
import { applyStep, fewSteps } from './step.ts';
import { BUDGET_MS } from './strikes.ts';

export interface RequestRewriting {
  /**
   * The request with the rules applied; the very same bytes where none changes anything.
   * @param json the body as latin1
   * @param changed hears of every rule that changes something, once
   */
  rewrite(body: Buffer, json: string, changed?: RuleChanged): Buffer | Promise<Buffer>;
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
  readonly changes: readonly StepChange[];
  /** Whether the next time may come out otherwise. */
  readonly isPartial: boolean;
}

/** So much work (characters times rules) is done before other requests get their turn: some milliseconds. */
const TURN_WORK = 2_000_000;

/** @param rules positions, in the runner's list, of those for requests */
export function requestRewriting(runner: RuleRunner, rules: readonly number[]): RequestRewriting {
  const memory = textMemory();
  return {
    rewrite(body, json, changed) {
      const byRole = new Map<string, readonly number[]>();
      const changedBy = new Set<number>();
      const edits: Edit[] = [];
      const news: NewText[] = [];
      for (const { role, ...place } of requestTexts(json)) {
        const fitting = byRole.get(role) ?? rules.filter((index) => appliesTo(runner.rules[index], role));
        byRole.set(role, fitting);
        if (fitting.length === 0) continue;
        const known = memory.find(role, json.slice(place.start, place.end));
        if (known === undefined) news.push({ place, role, text: textAt(body, place), rules: fitting });
        else if (known.result !== undefined) {
          edits.push({ place, json: known.result });
          for (const step of known.rules) changedBy.add(step);
        }
      }
      if (news.length === 0) {
        tellChanged(runner.rules, changedBy, changed);
        return splice(body, edits);
      }
      return applied(runner, news).then(({ texts, changes, isPartial }) => {
        const stepsOf: number[][] = news.map(() => []);
        for (const { piece, step } of changes) {
          stepsOf[piece]?.push(step);
          changedBy.add(step);
        }
        tellChanged(runner.rules, changedBy, changed);
        for (const [index, { place, role, text }] of news.entries()) {
          const now = texts[index];
          const result = now === text ? undefined : Buffer.from(JSON.stringify(now));
          if (result !== undefined) edits.push({ place, json: result });
          if (isPartial) continue;
          const own = body.toString('latin1', place.start, place.end);
          memory.keep(role, own, result, stepsOf[index]);
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
  const chains = [...new Set(news.map(({ rules }) => rules))];
  const job: Job = {
    chains: chains.map((rules) => rules.map((step) => ({ kind: 'whole', step }))),
    pieces: news.map(({ rules, text }) => ({ chain: chains.indexOf(rules), text, isEnd: true })),
  };
  return runner.needsWorker(job) ? runner.run(job, BUDGET_MS) : appliedInTurns(runner, news, job);
}

/** On this thread: a whole book is read in turns with other requests. */
async function appliedInTurns(runner: RuleRunner, news: readonly NewText[], job: Job): Promise<Rewritten> {
  const mayBegin = fewSteps();
  const texts: string[] = [];
  const changes: StepChange[] = [];
  let work = 0;
  for (const [piece, { rules, text }] of news.entries()) {
    let current = text;
    for (const index of rules) {
      const step = runner.rules[index]?.step;
      if (step === undefined || runner.isOff(index)) continue;
      // Rules before it have made the text longer.
      if (!mayBegin(step, current.length)) return runner.run(job, BUDGET_MS);
      const before = current;
      current = applyStep(step, before);
      if (current !== before) changes.push({ piece, step: index });
      work += current.length;
      if (work > TURN_WORK) {
        work = 0;
        await turnOver();
      }
    }
    texts.push(current);
  }
  return { texts, changes, isPartial: false };
}
