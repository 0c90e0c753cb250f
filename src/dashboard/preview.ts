// What other rules would have changed: the latest exchanges of the journal, judged by both.
import type { StopSignal } from '../std/abort.ts';
import { turnOver } from '../std/clock.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { rejudge } from '../journal/rejudge.ts';
import type { Rejudgement } from '../journal/rejudge.ts';
import type { Decision } from '../retry/decision.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { ok, textOf } from './api.ts';
import type { ApiRoute } from './api.ts';
import { judged } from './judge.ts';
import { judgingFor, presentJudging } from './judging.ts';
import type { DashboardParts, Judging, RewritingTrial } from './parts.ts';
import { replyTexts, requestTexts } from './recorded.ts';
import { isSameJudgement } from './shown.ts';
import type { PreviewAnswer, PreviewExample } from './wire-rules.ts';

/** As many exchanges are looked at. */
const MOST = 500;
/** Then what has been found so far is told. */
const PATIENCE_MS = 10_000;
const MOST_EXAMPLES = 20;
const SNIPPET_CHARS = 160;
const SIDES = ['request', 'reply'] as const;

export function previewRoutes(parts: DashboardParts): readonly ApiRoute[] {
  return [
    [
      'POST',
      'rules/preview',
      async ({ body, signal }) => {
        const profile = textOf(body, 'profile');
        const present = await presentJudging(parts, profile);
        if (present.kind === 'invalid') return ok({ kind: 'invalid', problems: present.problems });
        const wanted = await judgingFor(parts, body);
        if (wanted.kind === 'invalid') return ok({ kind: 'invalid', problems: wanted.problems });
        return ok(await preview(parts, profile, present.judging, wanted.judging, signal));
      },
    ],
  ];
}

/** @param profile only its exchanges are looked at; undefined: those of the main configuration */
async function preview(
  { clock, store }: DashboardParts,
  profile: string | undefined,
  present: Judging,
  other: Judging,
  signal: StopSignal,
): Promise<PreviewAnswer> {
  const startedMs = clock.nowMs();
  const trials = [present.rewriting.begin(), other.rewriting.begin()] as const;
  const sides = SIDES.filter((side) => hasRules(present, side) || hasRules(other, side));
  const examples: PreviewExample[] = [];
  let looked = 0;
  let unknown = 0;
  const latest = await store.list({ limit: MOST, profile: profile ?? null });
  for (const { id } of latest) {
    if (signal.aborted || clock.nowMs() - startedMs > PATIENCE_MS) break;
    const entry = await store.get(id);
    if (entry === undefined) continue;
    looked += 1;
    const found = await changeIn(entry, present, other, () => textChange(entry, sides, trials));
    if (found.change !== undefined) examples.push(exampleOf(entry, found.change));
    else if (found.isUnknown) unknown += 1;
    // Chats have their turn after each.
    await turnOver();
  }
  await Promise.all(trials.map((trial) => trial.close()));
  return {
    kind: 'looked',
    looked,
    changed: examples.length,
    examples: examples.slice(0, MOST_EXAMPLES),
    unknown,
    isPartial: looked < latest.length,
  };
}

interface Change {
  readonly before: string;
  readonly after: string;
}

function exampleOf({ id, model, startedAt }: JournalEntry, change: Change): PreviewExample {
  return { id, startedAt, ...(model !== undefined && { model }), ...change };
}

/** What would have gone another way, if anything; unknown: what would have to be known was not kept, or took too long. */
interface Found {
  readonly change: Change | undefined;
  readonly isUnknown: boolean;
}

/** A verdict is looked at first; texts only where it stays the same. */
async function changeIn(
  entry: JournalEntry,
  present: Judging,
  other: Judging,
  inTexts: () => Promise<Found>,
): Promise<Found> {
  const before = rejudge(entry, present.rules, present.policy);
  const after = rejudge(entry, other.rules, other.policy);
  const change = judgementChange(before.judgements, after.judgements);
  if (change !== undefined) return { change, isUnknown: false };
  const found = await inTexts();
  return { ...found, isUnknown: found.isUnknown || after.unknown > 0 };
}

/** The first attempt that would have been judged otherwise. */
function judgementChange(before: readonly Rejudgement[], after: readonly Rejudgement[]): Change | undefined {
  return before
    .map((one, index): Change | undefined => {
      const two = after[index];
      if (
        two === undefined ||
        isSameJudgement(judged(one.verdict, one.decision), judged(two.verdict, two.decision))
      )
        return undefined;
      return { before: inWords(one.verdict, one.decision), after: inWords(two.verdict, two.decision) };
    })
    .find((change) => change !== undefined);
}

function inWords(verdict: Verdict, decision: Decision): string {
  const { words, rule } = judged(verdict, decision).verdict;
  return `${decision.kind}: ${words}${rule === undefined ? '' : ` (${rule})`}`;
}

type Side = (typeof SIDES)[number];

function hasRules({ rewriting }: Judging, side: Side): boolean {
  return rewriting.rules.some(({ shown }) => shown.group === side);
}

/**
 * The first text that would have been rewritten otherwise.
 * @param sides those that there are rules for
 */
async function textChange(
  entry: JournalEntry,
  sides: readonly Side[],
  [present, other]: readonly [RewritingTrial, RewritingTrial],
): Promise<Found> {
  let isUnknown = false;
  for (const side of sides) {
    isUnknown ||= isMissing(entry, side);
    const texts = side === 'request' ? requestTexts(entry) : replyTexts(entry);
    const before = await present.apply(texts, side);
    const after = await other.apply(texts, side);
    const [change] = before.texts.flatMap((text, index) => {
      const changed = String(after.texts[index]);
      return text === changed ? [] : [snippets(text, changed)];
    });
    if (change !== undefined) return { change, isUnknown: false };
    isUnknown ||= [...before.applied, ...after.applied].some(({ effect }) => effect === 'too-slow');
  }
  return { change: undefined, isUnknown };
}

/** Whether there was a text that was not kept. A client that got no words got no reply. */
function isMissing({ request, reply, firstContentMs }: JournalEntry, side: Side): boolean {
  return side === 'request'
    ? request?.received === undefined
    : firstContentMs !== undefined && reply?.received === undefined;
}

/** Both texts around the place where they part. */
function snippets(before: string, after: string): Change {
  let at = 0;
  while (before[at] === after[at]) at += 1;
  const from = Math.max(0, at - SNIPPET_CHARS / 4);
  return { before: before.slice(from, from + SNIPPET_CHARS), after: after.slice(from, from + SNIPPET_CHARS) };
}
