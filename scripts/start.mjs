// `npm start`: prepares a clone where needed, then runs First Hop with the arguments given after `--`.
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

ensureInstalled();
ensureBuilt();
await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
