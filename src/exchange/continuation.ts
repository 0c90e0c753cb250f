// Passes a continuation on as if it were the reply that broke off: the same id and model, without what was said twice.
import { addUsage, usageIn } from '../dialect/usage.ts';
import type { Seam } from '../rescue/seam.ts';
import { dataFrame } from '../sse/write.ts';
import type { Frame } from '../sse/frame.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import type { FrameSink } from '../upstream/live-stream.ts';

/** Fields that say which reply a chunk belongs to. */
const IDENTITY = ['id', 'object', 'created', 'model', 'system_fingerprint', 'provider'] as const;

/** The identity of a reply, from the first chunks of its stream. */
export function identityOf(frames: readonly Frame[]): JsonObject {
  for (const { data } of frames) {
    const chunk = data === undefined ? undefined : parseJson(data);
    if (isObject(chunk))
      return Object.fromEntries(IDENTITY.flatMap((key) => (key in chunk ? [[key, chunk[key]]] : [])));
  }
  return {};
}

/** Rewrites a continuation's frames on their way into a reply that has begun. */
export interface Continuation extends FrameSink {
  /** All text passed on. */
  readonly passed: string;
  /** The continuation ended well: passes on what the seam still held back. */
  end(): void;
}

/**
 * @param sink where the reply goes
 * @param identity of the reply that broke off
 * @param spent the tokens told by the attempts before: those the continuation tells are added to them
 * @param onLost called once, when the continuation turns out to be another reply
 */
export function continueInto(
  sink: FrameSink,
  seam: Seam,
  identity: JsonObject,
  spent: JsonObject | undefined,
  onLost: () => void,
): Continuation {
  let passed = '';
  let hasEnded = false;
  let latest: JsonObject = {};

  const saying = (text: string): Frame[] => {
    passed += text;
    return text === ''
      ? []
      : [frameOf({ ...withoutUsage(latest), ...identity, choices: [choiceOf(latest, text, null)] })];
  };
  const heldBack = (): Frame[] => {
    if (hasEnded || seam.isLost) return [];
    hasEnded = true;
    return saying(seam.end());
  };
  const rewritten = (frame: Frame): Frame[] => {
    const chunk = frame.data === undefined ? undefined : parseJson(frame.data);
    if (!isObject(chunk)) return [frame];
    const choice = firstChoice(chunk);
    const usage = usageIn(chunk);
    const told = { ...chunk, ...identity, ...(usage !== undefined && { usage: addUsage(spent, usage) }) };
    if (choice === undefined) return [frameOf(told)];
    latest = chunk;
    const frames = hasEnded ? [] : saying(seam.take(textIn(choice)));
    const finish = choice['finish_reason'];
    const hasFinished = typeof finish === 'string';
    if (!hasFinished && usage === undefined) return frames;
    const rest = hasFinished ? heldBack() : [];
    // A reply begun anew that ends before it got as far as the first one has not finished that.
    if (seam.isLost) return frames;
    const end = choiceOf(chunk, '', hasFinished ? finish : null);
    return [...frames, ...rest, frameOf({ ...told, choices: [end] })];
  };

  return {
    get passed() {
      return passed;
    },
    write(frames) {
      if (seam.isLost) return true;
      const out = frames.flatMap(rewritten);
      if (seam.isLost) onLost();
      return out.length === 0 || sink.write(out);
    },
    onDrain: (resume) => sink.onDrain(resume),
    end() {
      const rest = heldBack();
      if (rest.length > 0) sink.write(rest);
    },
  };
}

function frameOf(chunk: JsonObject): Frame {
  const raw = dataFrame(chunk);
  return { raw, data: JSON.stringify(chunk) };
}

function firstChoice(chunk: JsonObject): JsonObject | undefined {
  return Array.isArray(chunk['choices']) ? chunk['choices'].find(isObject) : undefined;
}

function textIn(choice: JsonObject): string {
  const said = isObject(choice['delta']) ? choice['delta']['content'] : choice['text'];
  return typeof said === 'string' ? said : '';
}

/** A choice in the form of the chunk's own: text completions put the text into the choice itself. */
function choiceOf(chunk: JsonObject, text: string, finishReason: string | null): JsonObject {
  const isText = typeof firstChoice(chunk)?.['text'] === 'string';
  const said = isText ? { text } : { delta: text === '' ? {} : { content: text } };
  return { index: 0, ...said, finish_reason: finishReason };
}

function withoutUsage({ usage: _usage, ...rest }: JsonObject): JsonObject {
  return rest;
}
