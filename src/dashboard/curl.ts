// A recorded request as a command for a terminal.
import { isSecretName } from '../std/redact.ts';
import type { JournalEntry } from '../journal/entry.ts';

/** Set by curl itself, or about a connection that is long over. */
const NOT_REPEATED =
  /^(?:host|content-length|connection|accept-encoding|expect|transfer-encoding|keep-alive)$/i;

/**
 * Sends the same request to First Hop again; a key must be put in by hand, because none is kept. Undefined when the request
 * was not kept.
 * @param address what is typed into SillyTavern, e.g. `http://127.0.0.1:8765/v1`
 */
export function curlCommand(entry: JournalEntry, address: string): string | undefined {
  const body = entry.request?.received;
  if (body === undefined) return undefined;
  const endpoint = entry.endpoint === 'chat' ? 'chat/completions' : 'completions';
  const base = entry.profile === undefined ? address : address.replace(/\/v1$/, `/${entry.profile}/v1`);
  const headers = (entry.headers ?? [['content-type', 'application/json'] as const]).flatMap(
    ([name, value]) =>
      NOT_REPEATED.test(name)
        ? []
        : [isSecretName(name) ? `${name}: ${withoutSecret(value)}` : `${name}: ${value}`],
  );
  return [
    `curl${entry.stream ? ' --no-buffer' : ''} ${quoted(`${base}/${endpoint}`)}`,
    ...headers.map((header) => `  -H ${quoted(header)}`),
    `  --data-raw ${quoted(body)}`,
  ].join(' \\\n');
}

function withoutSecret(value: string): string {
  return /^bearer\s/i.test(value) ? 'Bearer YOUR_KEY' : 'YOUR_KEY';
}

/** For a POSIX shell: nothing between single quotes means anything but a single quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
