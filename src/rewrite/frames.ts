// Rules applied to a streamed reply, frame by frame: each text goes through a chain of its own, which holds back what
// may still match. Frames that nothing changes pass as they came.
import type { ReplyPart } from '../dialect/text-places.ts';
import type { Frame } from '../sse/frame.ts';
import { frameFor, rewrittenFrame } from './frame-text.ts';
import type { NewPiece } from './frame-text.ts';
import type { Chain, Job, JobResult } from './job.ts';
import { replyStrands } from './strands.ts';
import type { StrandPiece } from './strands.ts';

/** Rewrites one streamed reply. A call must not begin before the last one has given its frames. */
export interface FrameRewriter {
  /** The frames as they go on. */
  take(frames: readonly Frame[]): readonly Frame[] | Promise<readonly Frame[]>;
  /** The reply is over, or begins anew: what was held back. */
  end(): readonly Frame[] | Promise<readonly Frame[]>;
  /** What has gone on of the first choice's text. */
  readonly sent: string;
}

/** A frame with the pieces in it; undefined: there are only the pieces. */
interface PlannedFrame {
  readonly frame: Frame | undefined;
  readonly pieces: readonly StrandPiece[];
}

/**
 * Starts at the beginning of a reply.
 * @param chainFor the chain for a text of this part; undefined where no rule applies to it
 */
export function frameRewriter(
  chainFor: (part: ReplyPart) => Chain | undefined,
  run: (job: Job) => JobResult | Promise<JobResult>,
): FrameRewriter {
  const strands = replyStrands(chainFor);
  let sent = '';

  const written = (plans: readonly PlannedFrame[], texts: readonly string[]): readonly Frame[] => {
    let next = 0;
    return plans.flatMap(({ frame, pieces }) => {
      const results = pieces.map((piece): NewPiece => {
        const result = String(texts[next]);
        next += 1;
        if (piece.strand.choice === 0 && piece.strand.part === 'reply') sent += result;
        return { ...piece, result };
      });
      const own = results.flatMap(({ strand, place, result }) =>
        place === undefined && result !== '' ? [frameFor(strand, result)] : [],
      );
      return frame === undefined ? own : [...own, ...rewrittenFrame(frame, results)];
    });
  };
  const rewritten = (plans: readonly PlannedFrame[]): readonly Frame[] | Promise<readonly Frame[]> => {
    const pieces = plans.flatMap((plan) => plan.pieces);
    const involved = [...new Set(pieces.map(({ strand }) => strand))];
    const finish = ({ chains, texts }: JobResult): readonly Frame[] => {
      for (const [index, strand] of involved.entries()) Object.assign(strand, { chain: chains[index] });
      return written(plans, texts);
    };
    const result = run({
      chains: involved.map(({ chain }) => chain),
      pieces: pieces.map(({ strand, text, isEnd }) => ({ chain: involved.indexOf(strand), text, isEnd })),
    });
    return result instanceof Promise ? result.then(finish) : finish(result);
  };
  return {
    take(frames) {
      const plans = frames.map((frame) => ({ frame, pieces: strands.piecesIn(frame) }));
      return plans.every(({ pieces }) => pieces.length === 0) ? frames : rewritten(plans);
    },
    end() {
      const pieces = strands.end();
      return pieces.length === 0 ? [] : rewritten([{ frame: undefined, pieces }]);
    },
    get sent() {
      return sent;
    },
  };
}
