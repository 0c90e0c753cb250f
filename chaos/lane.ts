// The two ways a client asks.

/** For one JSON reply, or for a stream. */
export type Lane = 'plain' | 'streamed';

export const lanes: readonly Lane[] = ['plain', 'streamed'];
