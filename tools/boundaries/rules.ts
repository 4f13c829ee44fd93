/** The kind of a project, from the `nx.tags` of its package.json. */
export type ProjectKind =
  | 'app'
  | 'web'
  | 'pure'
  | 'adapter'
  | 'embedded'
  | 'composition'
  | 'testing'
  | 'emulator'
  | 'e2e'
  | 'bench'
  | 'provision';

/** The tags of each kind. The tags of a project must match exactly one line. */
export const KIND_TAGS: readonly { kind: ProjectKind; tags: readonly string[] }[] = [
  { kind: 'app', tags: ['type:app'] },
  { kind: 'web', tags: ['type:web'] },
  { kind: 'pure', tags: ['type:lib', 'pure'] },
  { kind: 'adapter', tags: ['type:lib', 'adapter'] },
  { kind: 'embedded', tags: ['type:lib', 'embedded'] },
  { kind: 'composition', tags: ['type:lib', 'composition'] },
  { kind: 'testing', tags: ['type:lib', 'testing'] },
  { kind: 'emulator', tags: ['type:lib', 'emulator'] },
  { kind: 'e2e', tags: ['type:e2e'] },
  { kind: 'bench', tags: ['type:bench'] },
  { kind: 'provision', tags: ['type:provision'] },
];

export interface KindImports {
  /** Kinds of project that every file may import. */
  readonly kinds: readonly ProjectKind[];
  /** Further allowed projects, by name. */
  readonly packages?: readonly string[];
}

/** The kinds that each kind may import. Test files may also import TEST_ONLY_KINDS. */
export const IMPORTS_BY_KIND: Readonly<Record<ProjectKind, KindImports>> = {
  app: { kinds: ['pure', 'adapter', 'embedded', 'composition'] },
  // Runs in the browser; see BROWSER_SAFE_KINDS.
  web: { kinds: ['pure'] },
  pure: { kinds: ['pure'] },
  adapter: { kinds: ['pure'] },
  // Services that run as child processes, for the launcher and for tests.
  embedded: { kinds: ['pure'] },
  // Wiring that several apps share.
  composition: { kinds: ['pure', 'adapter'] },
  testing: { kinds: ['pure', 'embedded'] },
  // Imports no other project, so that it can be published.
  emulator: { kinds: [] },
  // Black-box tests know only the HTTP interface.
  e2e: { kinds: ['testing'], packages: ['@darkroom/contracts'] },
  // Compares the engine with plain sharp, and measures the platform over HTTP and the catalogue on a server of its own.
  bench: {
    kinds: ['pure', 'testing'],
    packages: ['@darkroom/catalogue', '@darkroom/embedded', '@darkroom/imaging'],
  },
  provision: { kinds: ['pure'] },
};

/** Groups of adapter folders in one project. Folders of a group may not import each other. */
export const ADAPTER_FOLDERS: readonly (readonly string[])[] = [
  ['libs/storage/src/folder', 'libs/storage/src/s3'],
];

/** Kinds that exist only for tests. Production code may not import them. */
export const TEST_ONLY_KINDS: readonly ProjectKind[] = ['testing', 'emulator'];

export interface TechnologyOwner {
  /** Package names; a final `*` matches any ending. */
  readonly packages: readonly string[];
  /** Restricts the rule to these exports, imported as values. Default: every import. */
  readonly values?: RegExp;
  /** Folders that may import them, relative to the workspace. */
  readonly folders: readonly string[];
  /** Folders inside `folders` that may not import them. */
  readonly except?: readonly string[];
}

/** Each technology is imported in few folders, so that it can be replaced there. */
export const TECHNOLOGY_OWNERS: readonly TechnologyOwner[] = [
  {
    packages: ['bullmq', '@nestjs/bullmq', 'ioredis', 'bull', '@nestjs/bull', 'redis', '@redis/client'],
    folders: ['libs/queue'],
  },
  {
    packages: [
      'pg',
      'pg-native',
      'pg-pool',
      'pg-cursor',
      'pg-query-stream',
      'pg-copy-streams',
      'pg-promise',
      'postgres',
      'slonik',
      '@electric-sql/pglite',
      '@neondatabase/serverless',
    ],
    folders: ['libs/catalogue'],
  },
  { packages: ['sharp'], folders: ['libs/imaging', 'libs/testing', 'bench'] },
  {
    packages: ['@aws-sdk/*', 'aws-sdk'],
    folders: ['libs/storage', 'libs/testing', 'libs/aws-emulator', 'provision'],
    // The command line, the release and the prices work without calls to AWS.
    except: ['provision/src/cli', 'provision/src/prices', 'provision/src/release'],
  },
  {
    // Only one folder constructs clients, so that all have timeouts, retries and a limit on calls. `EC2Client` has a
    // second form, `EC2`, with a method for each operation; `operator-policy.spec.ts` reads commands, not methods.
    packages: ['@aws-sdk/*'],
    values:
      /^\w+Client$|^(CloudWatch|CloudWatchLogs|EC2|ElastiCache|ElasticLoadBalancingV2|IAM|S3|SSM|STS|SecretsManager|ServiceQuotas)$/,
    folders: [
      'libs/storage/src/s3',
      'libs/testing',
      'libs/aws-emulator',
      'provision/src/aws',
      'provision/test',
    ],
  },
  // The wire formats of AWS.
  { packages: ['@smithy/*'], folders: ['libs/aws-emulator', 'provision/test/emulator'] },
];

/** Files that may read `process.env`, as glob patterns relative to the workspace. */
export const ENVIRONMENT_READERS: readonly string[] = [
  'libs/config/**',
  'libs/testing/**',
  'bench/**',
  // Plain JavaScript that runs before anything is installed or built.
  'tools/**/*.{js,mjs,cjs}',
  '*.mjs',
  '{apps,libs}/*/*.mjs',
  '{e2e,provision}/*.mjs',
  'vitest.config.ts',
];

/**
 * Plain JavaScript that the `.mjs` files of a project may import by path, as a glob pattern. `npm test` and `npm start`
 * run it before the packages are installed, when imports by name do not work.
 */
export const IMPORTED_BEFORE_INSTALL = 'tools/bootstrap/*.mjs';

/** Projects that the browser imports. They may not import Node modules, even indirectly. */
export const BROWSER_SAFE_PROJECTS: readonly string[] = ['@darkroom/contracts', '@darkroom/errors'];

/** Kinds of project whose whole `src` runs in the browser. */
export const BROWSER_SAFE_KINDS: readonly ProjectKind[] = ['web'];

/** Third-party packages that run in a browser. */
export const BROWSER_SAFE_PACKAGES: readonly string[] = ['zod', 'preact', '@preact/signals', 'thumbhash'];

/** Globals that only Node defines. */
export const NODE_GLOBALS: readonly string[] = [
  'Buffer',
  'process',
  'global',
  'require',
  'module',
  '__dirname',
  '__filename',
  'setImmediate',
  'clearImmediate',
  'NodeJS',
];

/** Packages of the root package.json that test files may import undeclared, because tests run from the root. */
export const ROOT_TEST_TOOLS: readonly string[] = ['vitest'];

/** Test files, relative to the project. They may import TEST_ONLY_KINDS and `devDependencies`. */
export const TEST_FILES: readonly string[] = ['**/*.spec.{ts,tsx}', 'src/testing/**', 'test/**'];

export const SOURCE_EXTENSIONS: readonly string[] = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
];

/** Folders without hand-written files. */
export const SKIPPED_FOLDERS: readonly string[] = [
  'node_modules',
  'dist',
  'bundle',
  'coverage',
  '.git',
  '.nx',
  '.darkroom',
];
