// Infers the tasks of every project from its package.json, so that a new project needs no configuration. `nx.json`
// defines the inputs. docs/decisions/0022-nx-runs-the-tasks.md explains which results are cached, and why.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IN_CI } from './bootstrap/bootstrap.mjs';

/** CI runs every task, because a cached result from another machine or day proves nothing there. */
const CACHED = !IN_CI;

/** The package.json files of all projects. The root is also a project, for the files outside all others. */
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
  // The sources of the root are in `tools`.
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
    // oxlint, knip and the boundaries check all projects in one run, because they follow imports between projects.
    ...(root === '.' && {
      lint: { ...run('node tools/lint.mjs'), inputs: ['everything', 'machine'], cache: CACHED },
    }),
  };
}

/** Never cached: the results depend on the servers, the Docker and the browser of the machine. */
const USES_SERVICES = { dependsOn: ['build', '^build'], cache: false, parallelism: false };

function run(command) {
  return { executor: 'nx:run-commands', options: { command, cwd: '.' } };
}

/** Nx appends further arguments: `nx medium @darkroom/queue -t retry`. */
function vitest(tier, folder) {
  return `vitest run --passWithNoTests --project "${tier}*" ${folder}/`;
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
