// Tells an observer of exchanges by their events, one after the other, whichever exchange they belong to.
import type { ExchangeEvent, Follow, Observe } from '../../src/exchange/events.ts';
import { exchangeEvents } from './journal-events.ts';

/** Of an exchange that was not told to begin, or is over already, it is told that it has begun, as a plain one. */
export function byEvents(observe: Observe): (event: ExchangeEvent) => void {
  const follows = new Map<string, Follow>();
  const begun = (id: string): Follow => {
    const [start] = exchangeEvents({ id });
    if (start?.kind !== 'exchange-start') throw new Error('An exchange begins with its start.');
    return observe(start);
  };
  return (event) => {
    if (event.kind === 'exchange-start') {
      follows.set(event.exchangeId, observe(event));
      return;
    }
    const follow = follows.get(event.exchangeId) ?? begun(event.exchangeId);
    if (event.kind === 'exchange-end') follows.delete(event.exchangeId);
    else follows.set(event.exchangeId, follow);
    follow(event);
  };
}
