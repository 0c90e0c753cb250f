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
}

/**
 * Does a job.
 * @param watch told which step is at work, before each that is not off
 */
export function runJob(
  steps: readonly Step[],
  { chains: before, pieces }: Job,
  watch: (step: number) => void,
): JobResult {
  const chains = before.map((chain) => [...chain]);
  const texts = pieces.map(({ chain: position, text, isEnd }) => {
    let current = text;
    chains[position]?.forEach((link, index, chain) => {
      const step = steps[link.step];
      if (step === undefined) return;
      if (link.kind !== 'off') watch(link.step);
      const next = pass(step, link, current, isEnd);
      current = next.text;
      chain[index] = next.link;
    });
    return current;
  });
  return { chains, texts };
}

function pass(
  step: Step,
  link: Link,
  text: string,
  isEnd: boolean,
): { readonly link: Link; readonly text: string } {
  switch (link.kind) {
    case 'whole':
      return { link, text: applyStep(step, text) };
    case 'stage': {
      const next = stepOn(step, link.state, text, isEnd);
      return { link: { ...link, state: next.state }, text: next.text };
    }
    case 'off':
      return { link: { ...link, held: '' }, text: link.held + text };
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

function off(link: Link): Link {
  if (link.kind === 'off') return link;
  return { kind: 'off', step: link.step, held: link.kind === 'stage' ? heldBy(link.state) : '' };
}
