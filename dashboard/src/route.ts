// Which view is open: the part of the address behind #, so that back, forward and bookmarks work.
import { signal } from '@preact/signals';

/** The parts of the address, e.g. `['history', 'some-id']`; `['now']` at first. */
export const route = signal(current());

function current(): readonly string[] {
  const parts = location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '');
  return parts.length === 0 ? ['now'] : parts.map(decodeURIComponent);
}

addEventListener('hashchange', () => {
  route.value = current();
});

/** The address of a view. */
export function to(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}
