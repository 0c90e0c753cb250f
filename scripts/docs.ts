// `npm run docs`: writes what is generated from the configuration schema.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsPage, schemaFile } from '../src/config/reference.ts';

const root = process.cwd();
mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs', 'options.md'), optionsPage());
writeFileSync(join(root, 'config.schema.json'), schemaFile());
