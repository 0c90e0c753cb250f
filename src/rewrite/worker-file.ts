// Where the build puts the bundled worker-entry.ts: beside the file that this one becomes a part of.

/** The worker of the built program. */
export const WORKER_FILE: URL = new URL('./rewrite-worker.js', import.meta.url);
