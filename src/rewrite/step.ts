// One step of rewriting, a rule or a repair, as plain data that can be sent to a worker, and how it is applied.
import { replaceAll } from './pattern.ts';
import type { TextRule } from './pattern.ts';
import { FEW_STEPS, stepsWithin } from './python/cost.ts';
import { REPAIRS } from './presets/presets.ts';
import type { RepairName } from './presets/presets.ts';
import { REPAIR_START } from './presets/repair.ts';
import type { RepairState } from './presets/repair.ts';
import { STAGE_START, stageStep } from './stage.ts';
import type { StageState } from './stage.ts';

export type Step =
  { readonly kind: 'rule'; readonly rule: TextRule } | { readonly kind: 'repair'; readonly name: RepairName };

/** How far a step has got in a stream. Each kind of step uses its own half. */
export interface StepState {
  readonly stage: StageState;
  readonly repair: RepairState;
}

/** The beginning of a text. */
export const STEP_START: StepState = { stage: STAGE_START, repair: REPAIR_START };

/** Whether a step needs no watching: its time grows with the text and no faster. */
export function isHarmless(step: Step): boolean {
  return step.kind === 'repair' || step.rule.isHarmless;
}

/** Lets steps begin, on texts of so many UTF-16 units, as long as all of them together take no time that anyone notices. */
export function fewSteps(): (step: Step | undefined, chars: number) => boolean {
  let left = FEW_STEPS;
  return (step, chars) => {
    if (step?.kind !== 'rule' || step.rule.isHarmless) return true;
    const steps = stepsWithin(step.rule.searchSteps, chars);
    if (steps > left) return false;
    left -= steps;
    return true;
  };
}

/** What a step holds back. */
export function heldBy({ stage, repair }: StepState): string {
  return stage.held + repair.held;
}

/** Applies a step to a whole text; the very same string when nothing is to be changed. */
export function applyStep(step: Step, text: string): string {
  return step.kind === 'rule' ? replaceAll(step.rule, text) : REPAIRS[step.name].whole(text);
}

/** Applies a step to the next piece of a text. */
export function stepOn(
  step: Step,
  state: StepState,
  text: string,
  isEnd: boolean,
): { readonly state: StepState; readonly text: string } {
  if (step.kind === 'rule') {
    const next = stageStep(step.rule, state.stage, text, isEnd);
    return { state: { ...state, stage: next.state }, text: next.text };
  }
  const next = REPAIRS[step.name].step(state.repair, text, isEnd);
  return { state: { ...state, repair: next.state }, text: next.text };
}
