import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const lines = (count: number) => `export const it = 1;\n${'// a line\n'.repeat(count - 1)}`;
const longFunction = `export function long(): number {\n${'  Math.random();\n'.repeat(61)}  return 1;\n}\n`;

const OFFENCES: readonly { path: string; text: string; code: string }[] = [
  { path: 'any.ts', text: `export const it: any = 1;\n`, code: 'typescript(no-explicit-any)' },
  {
    path: 'library-any.ts',
    text: `export const it = JSON.parse('1');\n`,
    code: 'typescript(no-unsafe-assignment)',
  },
  {
    path: 'floating.ts',
    text: `async function save(): Promise<void> {}\nsave();\n`,
    code: 'typescript(no-floating-promises)',
  },
  {
    // Found without a build: the types of the other project come from its source.
    path: 'app/floating-elsewhere.ts',
    text: `import { save } from '@darkroom/store';\nsave();\n`,
    code: 'typescript(no-floating-promises)',
  },
  {
    path: 'misused.ts',
    text: `async function save(): Promise<boolean> {\n  return true;\n}\nexport const it = save() ? 1 : 2;\n`,
    code: 'typescript(no-misused-promises)',
  },
  { path: 'ignored.ts', text: `// @ts-ignore\nexport const it = 1;\n`, code: 'typescript(ban-ts-comment)' },
  { path: 'long-file.ts', text: lines(301), code: 'eslint(max-lines)' },
  { path: 'long-file.spec.ts', text: lines(501), code: 'eslint(max-lines)' },
  {
    path: 'any.spec.ts',
    text: `export const it = 1 as any;\n`,
    code: 'typescript(no-explicit-any)',
  },
  {
    path: 'floating.spec.ts',
    text: `async function save(): Promise<void> {}\nsave();\n`,
    code: 'typescript(no-floating-promises)',
  },
  { path: 'long-function.ts', text: longFunction, code: 'eslint(max-lines-per-function)' },
  {
    path: 'parameters.ts',
    text: `export const sum = (a: number, b: number, c: number, d: number, e: number, f: number) => a + b + c + d + e + f;\n`,
    code: 'eslint(max-params)',
  },
  {
    path: 'only.spec.ts',
    text: `import { expect, it } from 'vitest';\nit.only('is', () => {\n  expect(1).toBe(1);\n});\n`,
    code: 'vitest(no-focused-tests)',
  },
  {
    path: 'skip.spec.ts',
    text: `import { expect, it } from 'vitest';\nit.skip('is', () => {\n  expect(1).toBe(1);\n});\n`,
    code: 'vitest(no-disabled-tests)',
  },
  {
    path: 'proves-nothing.spec.ts',
    text: `import { it } from 'vitest';\nit('is', () => {\n  Math.random();\n});\n`,
    code: 'vitest(expect-expect)',
  },
  {
    path: 'named-test.spec.ts',
    text: `import { expect, test } from 'vitest';\ntest('is', () => {\n  expect(1).toBe(1);\n});\n`,
    code: 'vitest(consistent-test-it)',
  },
];

const CLEAN: Readonly<Record<string, string>> = {
  'clean.ts': lines(300),
  'clean.spec.ts': `${longFunction}${lines(400)}`,
  'app/clean.ts': `import { save } from '@darkroom/store';\nawait save();\n`,
};

/** Two unbuilt projects with references, as in this repository. */
const PROJECTS: Readonly<Record<string, string>> = {
  'tsconfig.json': `{ "extends": "./tsconfig.base.json", "include": ["*.ts"] }`,
  'app/tsconfig.json': `{ "extends": "../tsconfig.base.json", "references": [{ "path": "../store" }] }`,
  'store/tsconfig.json': `{ "extends": "../tsconfig.base.json", "compilerOptions": { "rootDir": "src", "outDir": "dist" } }`,
  'store/src/index.ts': `export async function save(): Promise<void> {}\n`,
  'store/package.json': JSON.stringify({
    name: '@darkroom/store',
    type: 'module',
    exports: {
      '.': { '@darkroom/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    },
  }),
  'package.json': JSON.stringify({ private: true, type: 'module' }),
};

interface Diagnostic {
  readonly code?: string;
  readonly message: string;
  readonly filename: string;
}

let folder: string;
let diagnostics: readonly Diagnostic[];
let exitCode: number | null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-oxlint-'));
  const planted = Object.fromEntries(OFFENCES.map(({ path, text }) => [path, text]));
  for (const [path, text] of Object.entries({ ...PROJECTS, ...CLEAN, ...planted })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const name of ['.oxlintrc.json', 'tsconfig.base.json']) {
    await copyFile(join(root, name), join(folder, name));
  }
  await linkPackages();
  ({ diagnostics, exitCode } = lint());
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Links the real packages into the planted workspace, and its own package as npm does. */
async function linkPackages(): Promise<void> {
  await mkdir(join(folder, 'node_modules', '@darkroom'), { recursive: true });
  for (const name of ['.bin', 'vitest', '@types', 'oxlint-tsgolint', '@oxlint-tsgolint']) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  await symlink(join(folder, 'store'), join(folder, 'node_modules', '@darkroom', 'store'));
}

function lint(): { diagnostics: readonly Diagnostic[]; exitCode: number | null } {
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const { status, stdout } = spawnSync(process.execPath, [oxlint, '-f', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const report = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
  return { diagnostics: report.diagnostics, exitCode: status };
}

describe('.oxlintrc.json', () => {
  it('fails the run', () => {
    expect(exitCode).toBe(1);
  });

  it.each(OFFENCES)('refuses $path with $code', ({ path, code }) => {
    expect(diagnostics).toContainEqual(expect.objectContaining({ filename: path, code }));
  });

  it.each(Object.keys(CLEAN))('passes %s', (path) => {
    expect(diagnostics.filter(({ filename }) => filename === path)).toEqual([]);
  });
});
