// Reads an answer as it comes: first its opening, held back until it says something; then the rest, passed on. It
// knows what frames mean, not whether a failure may be retried.
import { ChunkReader } from '../dialect/chunk-reader.ts';
import { moreOf } from '../dialect/openai-chat.ts';
import type { Shown } from '../dialect/openai-chat.ts';
import { SPOOF_HEADER } from '../dialect/spoofed-error.ts';
import type { Frame } from '../sse/frame.ts';
import { frameSplitter } from '../sse/split.ts';
import type { FrameSplitter } from '../sse/split.ts';
import type { JsonObject } from '../std/json.ts';
import { TextSoFar } from '../std/text-so-far.ts';
import type { BodyReader } from './body-reader.ts';
import { headerValue } from './headers.ts';
import type { FrameSink, LiveStream } from './live-stream.ts';
import type { Ended, Outcome, RawHeaders } from './outcome.ts';

/** Longer than any reply of a chat; a stream of other things is not kept in memory. */
const MAX_SAID_CHARS = 512 * 1024;
/** Comments before the first word that are passed on with it; more are left out. */
const MAX_COMMENT_BYTES = 64 * 1024;

/** After an outcome: the response has ended, is about to end by itself, or must be broken off. */
export type ConnectionState = 'ended' | 'ending' | 'broken-off';

/** What the reader needs of the attempt it belongs to. */
export interface StreamHost {
  readonly status: number;
  readonly headers: RawHeaders;
  /** Whether streams of this upstream are known to end with a mark, `finish_reason` or `[DONE]`. */
  readonly endMarks: { seen: boolean };
  /** Reports the stream as opened; the next outcome is given to `next`. */
  open(opening: readonly Frame[], rest: LiveStream): void;
  /** The outcome after `open`. */
  next(): Promise<Outcome>;
  /** Reports how it ended; what comes later is ignored. */
  settle(outcome: Outcome, connection: ConnectionState): void;
  /** The most that may come before the stream says something. */
  readonly maxBytes: number;
  /** Something the user can see came. */
  shown(): void;
  /** The reply has said why it finished. */
  complete(): void;
  /** Stops and restarts the flow of bytes from the upstream. */
  pause(): void;
  resume(): void;
}

/** A comment that some clients read as data (SillyTavern's field pattern is not anchored). */
const DATA_IN_COMMENT = /^:(?:data|event|id|retry):/m;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/** Nothing is read out of a raw stream: each chunk is passed on for what it is. */
const CHUNKS_AS_FRAMES: FrameSplitter = {
  push: (chunk) => [{ raw: chunk, data: undefined }],
  end: () => [],
  isBetweenFrames: true,
};

/**
 * Whether an answer to a request for a stream is read as one. Not as JSON or an error says it is, nor what a reverse
 * proxy has marked as an error in the form of a reply: that is judged whole, however many pieces it comes in.
 */
export function isStreamAnswer(status: number, headers: RawHeaders): boolean {
  const isJson = JSON_TYPE.test(headerValue(headers, 'content-type') ?? '');
  return status < 300 && !isJson && headerValue(headers, SPOOF_HEADER) === undefined;
}

export class StreamReader implements BodyReader, LiveStream {
  readonly #host: StreamHost;
  readonly #isRaw: boolean;
  readonly #splitter: FrameSplitter;
  readonly #chunks = new ChunkReader();
  readonly #opening: Frame[] = [];
  #openingBytes = 0;
  #isOpened = false;
  #isPaused = false;
  /** Whether something came between the opening and `relay`. */
  #isHeld = false;
  /** Frames that came between the opening and `relay`. */
  readonly #waiting: Frame[] = [];
  #sink: FrameSink | undefined;
  /** The end, when it came before `relay`. */
  #early: (() => void) | undefined;
  /** From a finish_reason on, until content comes after all: a reply of reasoning alone has not ended well. */
  readonly #tail: Frame[] = [];
  #sawData = false;
  #shown: Shown = 'nothing';
  #said: TextSoFar | undefined = new TextSoFar();
  #finishReason: string | undefined;
  #usage: JsonObject | undefined;

  /** @param reading `stream`: an event stream; `raw`: any bytes, opened before the first of them. */
  constructor(host: StreamHost, reading: 'stream' | 'raw') {
    this.#host = host;
    this.#isRaw = reading === 'raw';
    this.#splitter = this.#isRaw ? CHUNKS_AS_FRAMES : frameSplitter(host.maxBytes);
    if (this.#isRaw) this.#openWith([]);
  }

  data(chunk: Buffer): void {
    if (this.#sink?.pass !== undefined && this.#passPlain(chunk, this.#sink)) return;
    let frames: Frame[];
    try {
      frames = this.#splitter.push(chunk);
    } catch (cause) {
      this.lost(new Error('The stream has an event too large to pass on', { cause }));
      return;
    }
    this.#take(frames);
  }

  end(): void {
    if (this.#isWaiting()) {
      this.#early = () => this.end();
      return;
    }
    this.#take(this.#splitter.end());
    const isMarked = this.#finishReason !== undefined || !this.#host.endMarks.seen;
    const isStream = this.#sawData || this.#opening.length === 0;
    this.#host.settle(isStream ? this.#ended(isMarked ? 'done' : 'cut') : this.#asWholeAnswer(), 'ended');
  }

  lost(cause: Error): void {
    if (this.#isWaiting()) this.#early = () => this.lost(cause);
    else if (this.#sink === undefined) this.#host.settle({ kind: 'broken', cause }, 'broken-off');
    else this.#host.settle({ ...this.#ended('cut'), cause }, 'broken-off');
  }

  /** The outcome of a silence longer than the idle timeout, if the stream is being passed on. */
  stalled(): Ended | undefined {
    return this.#sink === undefined ? undefined : this.#ended('idle');
  }

  relay(sink: FrameSink): Promise<Outcome> {
    this.#sink = sink;
    const over = this.#host.next();
    // What waited goes first: resuming may bring the next bytes at once, inside the call.
    this.#pass(this.#waiting.splice(0), sink);
    this.#early?.();
    if (this.#isHeld && !this.#isPaused) this.#host.resume();
    return over;
  }

  giveUp(): void {
    this.#finish(this.#ended('cut'));
  }

  /** Opened, but nobody takes what follows yet. */
  #isWaiting(): boolean {
    return this.#isOpened && this.#sink === undefined;
  }

  #take(frames: readonly Frame[]): void {
    if (this.#sink !== undefined) this.#pass(frames, this.#sink);
    else if (this.#isOpened) this.#hold(frames);
    else this.#open(frames);
  }

  /** Nobody takes what comes yet: no more is asked for, until somebody does. */
  #hold(frames: readonly Frame[]): void {
    this.#waiting.push(...frames);
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#host.pause();
  }

  #open(frames: readonly Frame[]): void {
    for (const [index, frame] of frames.entries()) {
      const reading = this.#read(frame);
      if (typeof reading === 'object') {
        this.#finish(reading);
        return;
      }
      if (reading === 'pass') this.#keep(frame);
      if (this.#openingBytes > this.#host.maxBytes) {
        this.#host.settle({ kind: 'oversized', limitBytes: this.#host.maxBytes }, 'broken-off');
        return;
      }
      if (this.#shown === 'nothing') continue;
      this.#openWith(frames.slice(index + 1));
      return;
    }
  }

  /** Keep-alive comments need not be kept for ever: they have done their work when they come. */
  #keep(frame: Frame): void {
    if (frame.data === undefined && this.#sawData && this.#openingBytes > MAX_COMMENT_BYTES) return;
    this.#opening.push(frame);
    this.#openingBytes += frame.raw.length;
  }

  #openWith(waiting: readonly Frame[]): void {
    this.#isOpened = true;
    if (waiting.length > 0) this.#hold(waiting);
    this.#host.shown();
    this.#host.open(this.#opening, this);
  }

  #pass(frames: readonly Frame[], sink: FrameSink): void {
    const passed: Frame[] = [];
    let end: Ended | undefined;
    for (const frame of frames) {
      const reading = this.#read(frame);
      if (typeof reading === 'object') {
        end = reading;
        break;
      }
      if (reading === 'drop') continue;
      if (this.#finishReason !== undefined && this.#shown !== 'content') this.#tail.push(frame);
      else {
        if (this.#tail.length > 0) passed.push(...this.#tail.splice(0));
        passed.push(frame);
      }
    }
    if (passed.length > 0 && !sink.write(passed) && !this.#isPaused) this.#pause(sink);
    if (end !== undefined) this.#finish(end);
  }

  /** Most chunks are one frame with a piece of text in it: those need no more than to be recognised. */
  #passPlain(chunk: Buffer, sink: FrameSink): boolean {
    const isWithinText = this.#shown === 'content' && this.#finishReason === undefined;
    if (!isWithinText || !this.#splitter.isBetweenFrames) return false;
    const text = this.#chunks.plainText(chunk);
    if (text === undefined) return false;
    this.#remember(text);
    if (sink.pass?.(chunk) === false && !this.#isPaused) this.#pause(sink);
    return true;
  }

  #pause(sink: FrameSink): void {
    this.#isPaused = true;
    this.#host.pause();
    sink.onDrain(() => {
      this.#isPaused = false;
      this.#host.resume();
    });
  }

  /** What to do with a frame: pass it on, leave it out because clients choke on it, or end here. */
  #read(frame: Frame): 'pass' | 'drop' | Ended {
    if (this.#isRaw) return 'pass';
    if (frame.data === undefined) return DATA_IN_COMMENT.test(frame.raw.toString('latin1')) ? 'drop' : 'pass';
    this.#sawData = true;
    const reading = this.#chunks.read(frame.data);
    if (reading.kind === 'unreadable') return 'drop';
    if (reading.kind === 'end') {
      this.#host.endMarks.seen = true;
      return this.#ended('done');
    }
    const { meaning } = reading;
    this.#usage = meaning.usage ?? this.#usage;
    if (meaning.error !== undefined) return { ...this.#ended('error-frame'), error: meaning.error };
    this.#shown = moreOf(this.#shown, meaning.shown);
    this.#remember(meaning.text);
    if (meaning.finishReason !== undefined) {
      this.#host.endMarks.seen = true;
      this.#finishReason ??= meaning.finishReason;
      if (this.#shown === 'content') this.#host.complete();
    }
    return 'pass';
  }

  #remember(text: string | undefined): void {
    if (this.#said === undefined || text === '') return;
    if (text === undefined || this.#said.length + text.length > MAX_SAID_CHARS) this.#said = undefined;
    else this.#said.add(text);
  }

  #finish(end: Ended): void {
    this.#host.settle(end, end.how === 'done' ? 'ending' : 'broken-off');
  }

  #ended(how: Ended['how']): Ended {
    const { status, headers } = this.#host;
    const said = this.#said?.toString();
    return {
      kind: 'ended',
      how,
      status,
      headers,
      shown: this.#shown,
      said,
      finishReason: this.#finishReason,
      ...(this.#usage !== undefined && { usage: this.#usage }),
    };
  }

  /** Not an event stream after all, whatever its Content-Type said: an error page or a JSON body. */
  #asWholeAnswer(): Outcome {
    const { status, headers } = this.#host;
    return {
      kind: 'responded',
      status,
      headers,
      body: Buffer.concat(this.#opening.map((frame) => frame.raw)),
    };
  }
}
