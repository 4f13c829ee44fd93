// `npm run dev` runs the platform of `npm start`, reloads api and worker when their sources change, and serves the
// gallery with Vite. Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import {
  BootstrapFault,
  NODE,
  ROOT,
  build,
  ensureInstalled,
  environment,
} from '../../tools/bootstrap/bootstrap.mjs';
import { refuseOptions } from './refuse-options.mjs';
import { runPlatform } from './run-platform.mjs';
import { createSteps } from '../../tools/bootstrap/steps.mjs';

const SERVICES = ['apps/api', 'apps/worker'];
const WEB = path.join(ROOT, 'apps', 'web');
/** A reload waits only this long for jobs in flight, which then run again. */
const DRAIN_SECONDS = '2';

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
refuseOptions('npm run dev', 'runs Darkroom like npm start, and reloads it when its sources change');
const steps = createSteps(process.stdout);
const tools = [];
try {
  await ensureInstalled(steps);
  await build(steps, [...SERVICES, 'apps/launcher']);
  const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  startTool('compiler', [compiler, '-b', '--watch', '--preserveWatchOutput', ...SERVICES]);
  if (existsSync(path.join(WEB, 'package.json'))) {
    const port = process.env.DARKROOM_PORT || '8080';
    const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    startTool('gallery', [vite, '--clearScreen', 'false', WEB], {
      DARKROOM_DEV_API: `http://127.0.0.1:${port}`,
    });
  }
  process.exitCode = await runPlatform(['--reload'], {
    DARKROOM_DRAIN_SECONDS: process.env.DARKROOM_DRAIN_SECONDS || DRAIN_SECONDS,
  });
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapFault ? error.message : error.stack}\n`);
  process.exitCode = 1;
} finally {
  for (const tool of tools) tool.kill();
}

/** Starts a tool that runs as long as the platform. Its lines are printed with its name in front. */
function startTool(name, args, additions = {}) {
  const tool = spawn(NODE, args, {
    cwd: ROOT,
    env: environment(additions),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [tool.stdout, tool.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') steps.line(`${name}: ${line.trim()}`);
    });
  }
  tool.once('exit', (code, signal) => {
    if (!tool.killed && signal !== 'SIGINT')
      steps.line(`The ${name} stopped (${signal ?? `exit code ${code}`}).`);
  });
  tools.push(tool);
}
