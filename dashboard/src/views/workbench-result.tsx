// What the workbench found out: which rule decides, what the rules change, and how long each takes.
import type { JSX } from 'preact';
import { assertNever } from '../../../src/std/assert-never.ts';
import { Badge, Diff, Notice, Problems, VerdictShown } from '../parts.tsx';
import type { AppliedRule, RuleText, WorkbenchAnswer } from '../wire.ts';
import { decisionInWords } from '../words.ts';

/** @param texts what was tried */
export function WorkbenchResult({
  answer,
  texts,
}: {
  answer: WorkbenchAnswer;
  texts: readonly RuleText[];
}): JSX.Element {
  switch (answer.kind) {
    case 'invalid':
      return <Problems problems={answer.problems} />;
    case 'failure':
      return (
        <div class="stack" role="status">
          <p>
            <VerdictShown verdict={answer.judged.verdict} />
          </p>
          <p>
            On a first attempt: <strong>{decisionInWords(answer.judged.decision)}</strong>{' '}
            <span class="quiet">judged in {answer.tookMs.toFixed(2)} ms</span>
          </p>
          {answer.told !== undefined && (
            <p>
              If it stays so, the client reads: <q>{answer.told}</q>
            </p>
          )}
        </div>
      );
    case 'text':
      return <Rewritten answer={answer} texts={texts} />;
    default:
      return assertNever(answer);
  }
}

function Rewritten({
  answer: { texts: after, applied, tookMs },
  texts: before,
}: {
  answer: Extract<WorkbenchAnswer, { readonly kind: 'text' }>;
  texts: readonly RuleText[];
}): JSX.Element {
  const changed = before.flatMap(({ kind, text }, index) => {
    const now = after[index] ?? text;
    const name = before.length === 1 ? '' : `${index + 1}. ${kind}:\n`;
    return now === text ? [] : [{ before: `${name}${text}`, after: `${name}${now}` }];
  });
  return (
    <div class="stack" role="status">
      {changed.length === 0 ? (
        <Notice tone="quiet">No rule changes this.</Notice>
      ) : (
        <Diff
          label="What the rules change"
          before={changed.map((one) => one.before).join('\n\n')}
          after={changed.map((one) => one.after).join('\n\n')}
        />
      )}
      <ul class="plain">
        {applied.map((one, index) => (
          <li key={index}>
            <code>{one.rule}</code>{' '}
            <Badge tone={one.effect === 'changed' ? 'good' : one.effect === 'nothing' ? 'quiet' : 'bad'}>
              {effectInWords(one, before.length)}
            </Badge>{' '}
            <span class="quiet">{one.tookMs.toFixed(2)} ms</span>
          </li>
        ))}
      </ul>
      <p class="quiet">All rules together: {tookMs.toFixed(2)} ms.</p>
    </div>
  );
}

function effectInWords({ effect, changed }: AppliedRule, of: number): string {
  switch (effect) {
    case 'changed':
      return of === 1 ? 'changes it' : `changes ${changed} of ${of}`;
    case 'nothing':
      return 'no match';
    case 'too-slow':
      return 'too slow, skipped';
    default:
      return assertNever(effect);
  }
}
