// Infers the tasks of every project from its package.json, so that a new project needs no configuration. `nx.json` has
// the inputs; docs/decisions/0022-nx-runs-the-tasks.md says which results are cached, and why.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** CI runs every task: a result from another machine or another day proves nothing there. */
const CACHED = !/^(true|1)$/.test(process.env.CI ?? '');

/** Where a project may be. The root, too, is one: it owns what no other project owns. */
const MANIFESTS = '{package.json,{e2e,bench,provision}/package.json,{apps,libs}/*/package.json}';

export const createNodes = [
  MANIFESTS,
  (manifests, _options, { workspaceRoot }) =>
    manifests.map((manifest) => {
      const root = path.dirname(manifest);
      return [manifest, { projects: { [root]: { targets: targetsOf(root, workspaceRoot) } } }];
    }),
];

function targetsOf(root, workspace) {
  const { nx } = JSON.parse(readFileSync(path.join(workspace, root, 'package.json'), 'utf8'));
  // The root's own sources are in `tools`.
  const folder = root === '.' ? 'tools' : root;
  const has = (file) => existsSync(path.join(workspace, folder, file));
  return {
    build: buildOf(folder, has('vite.config.mjs')),
    unit: {
      ...run(vitest('unit', folder)),
      inputs: ['default', '^default', 'shared', 'machine'],
      cache: CACHED,
    },
    medium: { ...run(vitest('medium', folder)), ...USES_SERVICES },
    test: { executor: 'nx:noop', dependsOn: ['unit', 'medium'] },
    ...(nx?.tags?.includes('type:e2e') && { e2e: { ...run(vitest('e2e', folder)), ...USES_SERVICES } }),
    // oxlint and knip follow imports, and the boundaries are between projects: one run sees all of them.
    ...(root === '.' && {
      lint: { ...run('node tools/lint.mjs'), inputs: ['everything', 'machine'], cache: CACHED },
    }),
  };
}

/** What these find depends on the servers, the Docker and the browser of the machine: Nx caches none of it. */
const USES_SERVICES = { dependsOn: ['build', '^build'], cache: false, parallelism: false };

function run(command) {
  return { executor: 'nx:run-commands', options: { command, cwd: '.' } };
}

/** Nx appends further arguments: `nx medium @darkroom/queue -t retry`. */
function vitest(tier, folder) {
  return `vitest run --passWithNoTests --project ${tier} ${folder}/`;
}

function buildOf(folder, isPage) {
  return {
    ...run(isPage ? `tsc -b ${folder} && vite build ${folder}` : `tsc -b ${folder}`),
    dependsOn: ['^build'],
    inputs: ['default', '^default', 'shared', 'machine'],
    outputs: [`{workspaceRoot}/${folder}/dist`],
    cache: CACHED,
  };
}
