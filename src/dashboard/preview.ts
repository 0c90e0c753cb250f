// What other rules would have changed: the latest exchanges of the journal, judged by both.
import { afterThisTurn } from '../std/clock.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { rejudge } from '../journal/rejudge.ts';
import type { Decision } from '../retry/decision.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { ok, textOf } from './api.ts';
import type { ApiRoute } from './api.ts';
import { judged } from './judge.ts';
import { judgingFor } from './judging.ts';
import type { DashboardParts, Judging } from './parts.ts';
import { isSameJudgement } from './shown.ts';
import type { PreviewAnswer, PreviewExample } from './wire.ts';

/** As many exchanges are looked at. */
const MOST = 500;
/** Then what has been found so far is told. */
const PATIENCE_MS = 10_000;
const MOST_EXAMPLES = 20;
const SNIPPET_CHARS = 160;

export function previewRoutes(parts: DashboardParts): readonly ApiRoute[] {
  return [
    [
      'POST',
      'rules/preview',
      async ({ body, signal }) => {
        const wanted = await judgingFor(parts, body);
        if (wanted.kind === 'invalid') return ok({ kind: 'invalid', problems: wanted.problems });
        return ok(await preview(parts, wanted.judging, signal));
      },
    ],
  ];
}

async function preview(parts: DashboardParts, other: Judging, signal: AbortSignal): Promise<PreviewAnswer> {
  const { clock, store } = parts;
  const present = parts.judging();
  const startedMs = clock.nowMs();
  const examples: PreviewExample[] = [];
  let looked = 0;
  const latest = await store.list({ limit: MOST });
  for (const { id } of latest) {
    if (signal.aborted || clock.nowMs() - startedMs > PATIENCE_MS) break;
    const entry = await store.get(id);
    if (entry === undefined) continue;
    looked += 1;
    examples.push(...(await examplesIn(entry, present, other)));
    // Chats go on meanwhile.
    await new Promise<void>(afterThisTurn);
  }
  return {
    kind: 'looked',
    looked,
    changed: examples.length,
    examples: examples.slice(0, MOST_EXAMPLES),
    isPartial: looked < latest.length,
  };
}

interface Change {
  readonly before: string;
  readonly after: string;
}

/** One, if the exchange would have gone another way. */
async function examplesIn(
  entry: JournalEntry,
  present: Judging,
  other: Judging,
): Promise<readonly PreviewExample[]> {
  const { id, model, startedAt } = entry;
  const change = judgementChange(entry, present, other) ?? (await textChange(entry, present, other));
  return change === undefined ? [] : [{ id, startedAt, ...(model !== undefined && { model }), ...change }];
}

/** The first attempt that would have been judged otherwise. */
function judgementChange(entry: JournalEntry, present: Judging, other: Judging): Change | undefined {
  const before = rejudge(entry, present.rules, present.policy).judgements;
  const after = rejudge(entry, other.rules, other.policy).judgements;
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

/** The first text that would have been rewritten otherwise. */
async function textChange(
  entry: JournalEntry,
  present: Judging,
  other: Judging,
): Promise<Change | undefined> {
  if (present.rewriting.rules.length + other.rewriting.rules.length === 0) return undefined;
  for (const { text, to, role } of textsOf(entry)) {
    const before = await present.rewriting.apply(text, to, role);
    const after = await other.rewriting.apply(text, to, role);
    if (before.text !== after.text) return snippets(before.text, after.text);
  }
  return undefined;
}

interface RecordedText {
  readonly text: string;
  readonly to: 'request' | 'reply';
  readonly role: string;
}

/** The texts that rules apply to: of the messages, and of a streamed reply. */
function textsOf({ request, reply }: JournalEntry): readonly RecordedText[] {
  const body = parseJson(request?.received ?? '');
  const messages: readonly unknown[] =
    isObject(body) && Array.isArray(body['messages']) ? body['messages'] : [];
  const asked = messages.flatMap((message): readonly RecordedText[] => {
    if (!isObject(message)) return [];
    const text = textOf(message, 'content');
    return text === undefined ? [] : [{ text, to: 'request', role: textOf(message, 'role') ?? 'user' }];
  });
  const told = reply?.received;
  return told === undefined ? asked : [...asked, { text: told, to: 'reply', role: 'assistant' }];
}

/** Both texts around the place where they part. */
function snippets(before: string, after: string): Change {
  let at = 0;
  while (before[at] === after[at]) at += 1;
  const from = Math.max(0, at - SNIPPET_CHARS / 4);
  return { before: before.slice(from, from + SNIPPET_CHARS), after: after.slice(from, from + SNIPPET_CHARS) };
}
