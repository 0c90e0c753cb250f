// The section `streaming`: what happens to streams on their way, and how a broken one is continued. Times are in
// seconds, as the user writes them.
import * as z from 'zod';

const rescueSchema = z.object({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether a reply that breaks off after its first words is continued by asking again.'),
  style: z
    .enum(['auto', 'prefill', 'instruct'])
    .default('auto')
    .describe(
      'How a model is asked to go on. `prefill`: the reply so far is its own last message. `instruct`: the same, followed by `instruction` as a message of the user. `auto`: prefill, and instruct for models that refuse it.',
    ),
  max: z.int().min(0).max(10).default(3).describe('How often one reply may be continued; 0 switches it off.'),
  instruction: z
    .string()
    .trim()
    .min(1)
    .default(
      'Your last message was cut off. Begin with its last five words, exactly as they stand, and go on from there to the end. Add no comment.',
    )
    .describe('What a model is told when it is asked in the style `instruct`.'),
});

export const streamingSchema = z.object({
  keepalive_after: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Seconds of silence before a stream is opened with comments while the upstream is still being tried, for tunnels that cut silent connections. The status is then 200 whatever comes. 0: never.',
    ),
  rescue: rescueSchema.prefault({}).describe('How a reply that breaks off is continued.'),
});

/** `streaming` with its defaults filled in. */
export type StreamingOptions = z.output<typeof streamingSchema>;
