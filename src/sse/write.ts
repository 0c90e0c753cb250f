// Frames of our own making.

/** One event whose data is the JSON text of a value. */
export function dataFrame(value: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
}

/** The end mark of the OpenAI protocol. */
export const DONE_FRAME: Buffer = Buffer.from('data: [DONE]\n\n');
