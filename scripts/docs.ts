// `npm run docs`: writes what is generated from the configuration schema and the built-in rules.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsPage, schemaFile } from '../src/config/reference.ts';
import { builtinRulesPage } from './builtin-rules-page.ts';

const root = process.cwd();
mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs', 'options.md'), optionsPage());
writeFileSync(join(root, 'docs', 'builtin-rules.md'), builtinRulesPage());
writeFileSync(join(root, 'config.schema.json'), schemaFile());
