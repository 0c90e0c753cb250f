// The port between a running upstream stream and whoever delivers it.
import type { Frame } from '../sse/frame.ts';
import type { Outcome } from './outcome.ts';

/** Where a stream's frames go. */
export interface FrameSink {
  /** Takes the frames that arrived together. Returns false when it wants no more until `onDrain` calls back. */
  write(frames: readonly Frame[]): boolean;
  /** The same for bytes that are one whole frame with nothing but text in it; absent where frames are looked into. */
  pass?(frame: Buffer): boolean;
  /** Calls back once when the sink can take more. */
  onDrain(resume: () => void): void;
}

/** The rest of an opened stream. */
export interface LiveStream {
  /**
   * Passes on frames as they arrive, until the stream is over; called once. The end mark (`[DONE]`) itself is not
   * passed on, nor is a frame with an error in it.
   */
  relay(sink: FrameSink): Promise<Outcome>;
  /** While relaying: takes it for cut from here on, and closes its connection. */
  giveUp(): void;
}
