// Texts on their way through steps, as plain data: what the worker is asked to do, and what is done without it where all
// steps are harmless.
import { assertNever } from '../std/assert-never.ts';
import { applyStep, heldBy, stepOn } from './step.ts';
import type { Step, StepState } from './step.ts';

/** One step of a chain, by its position in the list of all steps. */
export type Link =
  /** Every text that passes is whole. */
  | { readonly kind: 'whole'; readonly step: number }
  /** The texts that pass are pieces of one. */
  | { readonly kind: 'stage'; readonly step: number; readonly state: StepState }
  /** It lets everything pass; first what it had held back. */
  | { readonly kind: 'off'; readonly step: number; readonly held: string };

/** Steps that are applied one after the other. */
export type Chain = readonly Link[];

/** One text that goes through one of the chains. */
export interface Piece {
  /** Position of its chain in the job. */
  readonly chain: number;
  readonly text: string;
  /** Nothing follows in this chain: what is held back comes out. */
  readonly isEnd: boolean;
}

export interface Job {
  readonly chains: readonly Chain[];
  readonly pieces: readonly Piece[];
}

/** The chains as they are afterwards, and what came out for each piece. */
export interface JobResult {
  readonly chains: readonly Chain[];
  readonly texts: readonly string[];
  /** Which steps have changed something, and in which pieces. */
  readonly changes: readonly StepChange[];
}

/** A step, by its position in the list of all steps, has changed a piece, by its position in the job. */
export interface StepChange {
  readonly piece: number;
  readonly step: number;
}

/**
 * Does a job.
 * @param mayBegin asked before each step, with how many UTF-16 units it searches; without leave, the step lets
 * everything pass from there on. Not asked where a step does so already
 */
export function runJob(
  steps: readonly Step[],
  { chains: before, pieces }: Job,
  mayBegin: (step: number, chars: number) => boolean,
): JobResult {
  const chains = before.map((chain) => [...chain]);
  const changes: StepChange[] = [];
  const texts = pieces.map(({ chain: position, text, isEnd }, piece) => {
    let current = text;
    chains[position]?.forEach((link, index, chain) => {
      const step = steps[link.step];
      if (step === undefined) return;
      const isOn = link.kind !== 'off' && mayBegin(link.step, charsFor(link, current));
      const next = pass(step, isOn ? link : off(link), current, isEnd);
      if (next.isChanged) changes.push({ piece, step: link.step });
      current = next.text;
      chain[index] = next.link;
    });
    return current;
  });
  return { chains, texts, changes };
}

function pass(
  step: Step,
  link: Link,
  text: string,
  isEnd: boolean,
): { readonly link: Link; readonly text: string; readonly isChanged: boolean } {
  switch (link.kind) {
    case 'whole': {
      const result = applyStep(step, text);
      return { link, text: result, isChanged: result !== text };
    }
    case 'stage': {
      const { state, text: result } = stepOn(step, link.state, text, isEnd);
      // What is held back is the text as it came.
      const isChanged = heldBy(link.state) + text !== result + heldBy(state);
      return { link: { ...link, state }, text: result, isChanged };
    }
    case 'off':
      return { link: { ...link, held: '' }, text: link.held + text, isChanged: false };
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(link);
  }
}

/** The same job without some of its steps. */
export function withoutSteps({ chains, pieces }: Job, isOut: (step: number) => boolean): Job {
  return {
    chains: chains.map((chain) => chain.map((link) => (isOut(link.step) ? off(link) : link))),
    pieces,
  };
}

/** UTF-16 units in which a step looks for something when it is given this text. */
export function charsFor(link: Link, text: string): number {
  return text.length + (link.kind === 'stage' ? heldBy(link.state).length : 0);
}

function off(link: Link): Link {
  if (link.kind === 'off') return link;
  return { kind: 'off', step: link.step, held: link.kind === 'stage' ? heldBy(link.state) : '' };
}
