/** What a project is, read from the `nx.tags` of its package.json. */
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

/** Tags that together make a project a kind. A project fits exactly one line, or its tags are at fault. */
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
  /** Single projects allowed beside those kinds. */
  readonly packages?: readonly string[];
}

/** Who may import whom. Test files may import the kinds of TEST_ONLY_KINDS too. */
export const IMPORTS_BY_KIND: Readonly<Record<ProjectKind, KindImports>> = {
  app: { kinds: ['pure', 'adapter', 'embedded', 'composition'] },
  // It runs in the browser: see BROWSER_SAFE_KINDS.
  web: { kinds: ['pure'] },
  pure: { kinds: ['pure'] },
  adapter: { kinds: ['pure'] },
  // Services that run as child processes, for the launcher and for tests.
  embedded: { kinds: ['pure'] },
  // What several apps put together in the same way.
  composition: { kinds: ['pure', 'adapter'] },
  testing: { kinds: ['pure', 'embedded'] },
  // It stands alone, so that it can be published.
  emulator: { kinds: [] },
  // The black box may know what travels over HTTP and nothing of how it is made.
  e2e: { kinds: ['testing'], packages: ['@darkroom/contracts'] },
  // It measures the engine against sharp itself, and the platform over HTTP.
  bench: { kinds: ['pure', 'testing'], packages: ['@darkroom/imaging'] },
  provision: { kinds: ['pure'] },
};

/** Folders of one project that hold an adapter each. They may not import each other. */
export const ADAPTER_FOLDERS: readonly (readonly string[])[] = [
  ['libs/storage/src/folder', 'libs/storage/src/s3'],
];

/** Kinds that exist for tests: nothing that ships imports them. */
export const TEST_ONLY_KINDS: readonly ProjectKind[] = ['testing', 'emulator'];

export interface TechnologyOwner {
  /** Names; `*` at the end of one matches any ending. */
  readonly packages: readonly string[];
  /** Only these exports, and only as values: a type constructs nothing. Default: every import. */
  readonly values?: RegExp;
  /** Folders that may import them, relative to the workspace. */
  readonly folders: readonly string[];
  /** Folders inside of those that may not. */
  readonly except?: readonly string[];
}

/** A technology lives behind one folder, so that it can be replaced there. */
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
    // What a person reads, what a release holds and what a stack costs are computed without a call.
    except: ['provision/src/cli', 'provision/src/prices', 'provision/src/release'],
  },
  {
    // A client has time limits, retries and a limit on calls: one folder constructs it with all of them. `EC2Client` has
    // a second form, `EC2`, with a method for each operation; `operator-policy.spec.ts` reads commands and not methods.
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
 * Plain JavaScript that the `.mjs` files of a project may import by its path, as a glob pattern: it runs before anything
 * is installed, when no package has a name yet. `npm test` and `npm start` begin with it.
 */
export const IMPORTED_BEFORE_INSTALL = 'tools/bootstrap/*.mjs';

/** Projects that the browser imports: nothing of Node may be reached from them. */
export const BROWSER_SAFE_PROJECTS: readonly string[] = ['@darkroom/contracts', '@darkroom/errors'];

/** Kinds of project whose `src` runs in the browser as a whole. */
export const BROWSER_SAFE_KINDS: readonly ProjectKind[] = ['web'];

/** Third-party packages that those may import: they run in a browser. */
export const BROWSER_SAFE_PACKAGES: readonly string[] = ['zod', 'preact', '@preact/signals', 'thumbhash'];

/** Names that only Node defines. */
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

/** Packages of the root package.json that test files use without declaring them: the tests run from the root. */
export const ROOT_TEST_TOOLS: readonly string[] = ['vitest'];

/** Test files: they may import TEST_ONLY_KINDS and what stands in `devDependencies`. Relative to the project. */
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

/** Folders that hold nothing written by hand. */
export const SKIPPED_FOLDERS: readonly string[] = [
  'node_modules',
  'dist',
  'coverage',
  '.git',
  '.nx',
  '.darkroom',
];
