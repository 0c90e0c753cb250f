// The texts of a streamed reply, each choice's its own: which pieces of them a frame brings, and where a text ends.
import { replyTexts } from '../dialect/text-places.ts';
import type { ChoiceTexts, ReplyPart, ReplyText } from '../dialect/text-places.ts';
import type { Frame } from '../sse/frame.ts';
import type { Chain } from './job.ts';

/** The text of one choice, in one field. */
export interface Strand {
  readonly choice: number;
  readonly part: ReplyPart;
  chain: Chain;
  /** The field it stands in, and the latest chunk that had it: for a frame of our own. */
  key: string;
  latest: string;
}

/** A piece of a text. */
export interface StrandPiece {
  readonly strand: Strand;
  readonly text: string;
  readonly isEnd: boolean;
  /** Where it stands in the frame's data; undefined: it gets a frame of its own, before that one. */
  readonly place: ReplyText | undefined;
}

export interface Strands {
  /** The pieces that a frame brings, in their order. */
  piecesIn(frame: Frame): readonly StrandPiece[];
  /** The ends of all texts. */
  end(): readonly StrandPiece[];
}

/** @param chainFor the chain for a new text of a reply; undefined where no rule applies to it */
export function replyStrands(chainFor: (part: ReplyPart) => Chain | undefined): Strands {
  const strands = new Map<string, Strand>();

  const strandOf = (choice: number, { part, key }: ReplyText, data: string): Strand | undefined => {
    const name = `${choice} ${part}`;
    const known = strands.get(name);
    if (known !== undefined) return Object.assign(known, { key, latest: data });
    const chain = chainFor(part);
    if (chain === undefined) return undefined;
    const strand = { choice, part, chain, key, latest: data };
    strands.set(name, strand);
    return strand;
  };
  /** A text ends once: what comes after is another one. */
  const endOf = (isOver: (strand: Strand) => boolean): StrandPiece[] => {
    const over = [...strands].filter(([, strand]) => isOver(strand));
    for (const [name] of over) strands.delete(name);
    return over.map(([, strand]) => ({ strand, text: '', isEnd: true, place: undefined }));
  };
  const piecesOf = ({ index, hasFinished, texts }: ChoiceTexts, data: string): StrandPiece[] => {
    let pieces = texts.flatMap((place): StrandPiece[] => {
      const strand = strandOf(index, place, data);
      const text = String(JSON.parse(data.slice(place.start, place.end)));
      return strand === undefined ? [] : [{ strand, text, isEnd: false, place }];
    });
    if (!hasFinished) return pieces;
    // What is held back goes into the last piece of the text in this frame, or else before the frame.
    for (const end of endOf(({ choice }) => choice === index)) {
      const last = pieces.findLastIndex(({ strand }) => strand === end.strand);
      if (last === -1) pieces.push(end);
      else pieces = pieces.with(last, { ...end, ...pieces[last], isEnd: true });
    }
    return pieces;
  };
  return {
    piecesIn({ data }) {
      return data === undefined ? [] : replyTexts(data).flatMap((choice) => piecesOf(choice, data));
    },
    end: () => endOf(() => true),
  };
}
