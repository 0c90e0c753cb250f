// The files of the page, as `vite build` has written them: names with a hash in them never change what they mean.
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { extname } from 'node:path/posix';

/** Where the files with hashed names are asked for, and the folder they stand in. */
export const ASSETS = 'page';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Answers with a file of the page; false where there is none of that name. */
export type ServePage = (
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

/** @param folder is read when it is asked for first; only what is listed there is ever opened */
export function pageFiles(folder: string): ServePage {
  let listed: Promise<ReadonlySet<string>> | undefined;
  return async (path, request, response) => {
    listed ??= namesIn(folder);
    const name = path === '/' ? 'index.html' : path.slice(1);
    const names = await listed;
    const type = TYPES[extname(name)];
    if (!names.has(name) || type === undefined) return false;
    const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding']));
    const isPacked = takesGzip && names.has(`${name}.gz`);
    const body = await readFile(join(folder, isPacked ? `${name}.gz` : name));
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.length,
      'cache-control': name === 'index.html' ? 'no-cache' : FOR_EVER,
      vary: 'accept-encoding',
      ...(isPacked && { 'content-encoding': 'gzip' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  };
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  const top = await readdir(folder).catch(() => []);
  const assets = await readdir(join(folder, ASSETS)).catch(() => []);
  return new Set([...top, ...assets.map((name) => `${ASSETS}/${name}`)]);
}
