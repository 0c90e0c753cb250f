// Where the worker of text rules is that tests run; bundle-worker.ts puts it there.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/first-hop/', import.meta.url));

/** The bundled src/rewrite/worker-entry.ts. */
export const REWRITE_WORKER: URL = pathToFileURL(join(cache, 'rewrite-worker.mjs'));
