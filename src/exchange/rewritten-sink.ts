// Between a reply's frames and the client stand the user's rules. Where they run in another thread, frames wait for their
// turn here: in order, and not too many of them.
import type { FrameRewriter } from '../rewrite/frames.ts';
import type { Frame } from '../sse/frame.ts';
import type { ResponseSink } from './response-sink.ts';

export interface RewrittenSink extends ResponseSink {
  /** Resolves when all that was written has been passed on. */
  settled(): Promise<void>;
  /** The reply is over, or begins anew: passes on what the rules have held back. */
  end(): Promise<void>;
  /** The text of the first choice that has been passed on. */
  readonly sent: string;
}

/** More is not taken while so much waits. */
const MAX_WAITING_BYTES = 64 * 1024;

/** A sink that passes frames on as the rules leave them. */
export function rewrittenSink(sink: ResponseSink, rewriter: FrameRewriter): RewrittenSink {
  let waiting: Frame[] = [];
  let waitingBytes = 0;
  let working: Promise<void> | undefined;

  /** Whether the client takes more, as far as is known. */
  let takes = true;

  const passOn = (frames: readonly Frame[]): boolean => {
    takes = sink.write(frames);
    return takes;
  };
  const workOff = async (first: Promise<readonly Frame[]>): Promise<void> => {
    passOn(await first);
    while (waiting.length > 0) {
      const next = waiting;
      waiting = [];
      waitingBytes = 0;
      passOn(await rewriter.take(next));
    }
    working = undefined;
  };
  const settled = async (): Promise<void> => {
    await working;
  };
  return {
    settled,
    async end() {
      await settled();
      passOn(await rewriter.end());
      sink.flush();
    },
    flush: () => sink.flush(),
    write(frames) {
      if (working === undefined) {
        const rewritten = rewriter.take(frames);
        if (!(rewritten instanceof Promise)) return passOn(rewritten);
        working = workOff(rewritten);
        // Whoever waits for it hears of a mistake; until then it must not end the process.
        working.catch(() => undefined);
        return takes;
      }
      waiting.push(...frames);
      for (const { raw } of frames) waitingBytes += raw.length;
      return takes && waitingBytes < MAX_WAITING_BYTES;
    },
    onDrain(resume) {
      if (working === undefined) sink.onDrain(resume);
      // By then the client may have stopped taking, too.
      else void working.then(() => (passOn([]) ? resume() : sink.onDrain(resume)), resume);
    },
    get bytes() {
      return sink.bytes;
    },
    get sent() {
      return rewriter.sent;
    },
  };
}
