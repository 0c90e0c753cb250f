// The import order of docs/architecture.md, as a rule: a folder may import any folder to its left, never one to
// its right; folders in one group do not import one another.
/** @type {ReadonlyArray<readonly string[]>} */
const order = [
  ['std'],
  ['sse'],
  ['dialect'],
  ['rewrite'],
  ['upstream'],
  ['verdict'],
  ['retry'],
  ['rescue'],
  ['reply'],
  ['exchange'],
  ['journal'],
  ['server', 'dashboard', 'storage', 'demo'],
  ['config'],
  ['engine'],
  ['app.ts'],
  ['commands'],
  ['cli.ts'],
  ['main.ts'],
];

/** @param {string} name */
const pathOf = (name) =>
  name.endsWith('.ts') ? `^src/${name.replace('.ts', '(?:\\.test)?\\.ts')}$` : `^src/${name}/`;

const directions = order
  .flatMap((group, position) =>
    group.map((name) => ({
      name: `${name.replace('.ts', '')}-imports-leftwards`,
      comment: 'Fact, judgement, consequence: send → classify → decide → deliver. See docs/architecture.md.',
      severity: 'error',
      from: { path: pathOf(name), pathNot: '\\.test\\.ts$' },
      to: {
        path: [...order.slice(position + 1).flat(), ...group.filter((other) => other !== name)].map(pathOf),
      },
    })),
  )
  .filter((rule) => rule.to.path.length > 0);

export default {
  forbidden: [
    ...directions,
    {
      name: 'no-cycles',
      comment: 'Files that import each other can only be understood together; types alone may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'known-folders-only',
      comment: 'A new folder needs its place in the order first.',
      severity: 'error',
      from: { path: '^src/', pathNot: order.flat().map(pathOf) },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
