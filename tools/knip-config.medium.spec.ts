import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeWorkspace, type Files } from './boundaries/miniature-workspace.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Two unbuilt libraries; one uses the other. */
const CLEAN: Files = {
  'package.json': JSON.stringify({ private: true, type: 'module', workspaces: ['libs/*'] }),
  'knip.jsonc': readFileSync(join(root, 'knip.jsonc'), 'utf8'),
  ...library('errors', `export * from './fault.js';\n`),
  'libs/errors/src/fault.ts': `export const fault = 1;\n`,
  ...library('queue', `export { port } from './port.js';\n`, ['@darkroom/errors']),
  'libs/queue/src/port.ts': `import { fault } from '@darkroom/errors';\nexport const port = fault;\nexport const forTests = 2;\n`,
  'libs/queue/src/port.spec.ts': `import { forTests } from './port.js';\nconsole.log(forTests);\n`,
  'libs/queue/vitest.config.ts': `export default { test: { include: ['src/**/*.spec.ts'] } };\n`,
};

function library(name: string, index: string, dependencies: readonly string[] = []): Files {
  const manifest = {
    name: `@darkroom/${name}`,
    type: 'module',
    exports: { '.': { '@darkroom/source': './src/index.ts', default: './dist/index.js' } },
    dependencies: Object.fromEntries(dependencies.map((one) => [one, '0.1.0'])),
    devDependencies: { vitest: '1.0.0' },
  };
  return {
    [`libs/${name}/package.json`]: JSON.stringify(manifest),
    [`libs/${name}/src/index.ts`]: index,
  };
}

/** Runs knip without hints, because the miniature lacks most of the projects in the configuration. */
function knip(planted: Files): { status: number | null; output: string } {
  using workspace = writeWorkspace({ ...CLEAN, ...planted });
  const program = join(root, 'node_modules', 'knip', 'bin', 'knip.js');
  const { status, stdout } = spawnSync(
    process.execPath,
    [program, '--no-progress', '--no-config-hints', '--reporter', 'compact', '--exclude', 'devDependencies'],
    { cwd: workspace.folder, encoding: 'utf8' },
  );
  return { status, output: stdout };
}

describe('knip.jsonc', () => {
  it('accepts exports that another package or a test uses', () => {
    expect(knip({})).toEqual({ status: 0, output: '' });
  });

  it.each([
    ['a file', { 'libs/queue/src/left.ts': `export const left = 1;\n` }, 'libs/queue/src/left.ts'],
    [
      'an export',
      {
        'libs/errors/src/code.ts': `export const code = 1;\nexport const other = 2;\n`,
        'libs/errors/src/index.ts': `export * from './fault.js';\nexport { code } from './code.js';\n`,
      },
      'other',
    ],
    ['a package', library('errors', `export * from './fault.js';\n`, ['left-pad']), 'left-pad'],
  ])('refuses %s that is never used', (_, planted, name) => {
    const { status, output } = knip(planted);
    expect(status).toBe(1);
    expect(output).toContain(name);
  });
});
