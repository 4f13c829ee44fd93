// Runs commands that must be compiled first. Plain JavaScript without dependencies: it runs before the packages are
// installed, on any Node ≥ 20.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { BootstrapFault, NODE, ROOT, build, ensureInstalled, environment } from './bootstrap/bootstrap.mjs';
import { createSteps } from './bootstrap/steps.mjs';

/**
 * Installs and compiles what is missing, then runs a program on the project's Node with the arguments and the exit code
 * of this process. Progress goes to standard error, so that standard output has only the program's output (`--json`).
 *
 * @param {string} project - the folder to compile, relative to the root
 * @param {string} program - its path relative to the root, with `/`
 * @param {() => Record<string, string>} [variables] - further environment variables; called after the compilation
 */
export async function runCommand(project, program, variables = () => ({})) {
  try {
    await prepare(project);
    process.exitCode = await spawnProgram(path.join(ROOT, program), variables());
  } catch (error) {
    process.stderr.write(`${error instanceof BootstrapFault ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

/** Prints nothing when everything is up to date. */
async function prepare(project) {
  const steps = createSteps(process.stderr);
  await ensureInstalled(steps);
  await build({ ...steps, step: (_, work) => work(() => undefined) }, [project]);
}

function spawnProgram(program, variables) {
  return new Promise((resolve) => {
    const child = spawn(NODE, ['--enable-source-maps', program, ...process.argv.slice(2)], {
      cwd: ROOT,
      env: environment(variables),
      stdio: 'inherit',
    });
    // Ctrl-C in a terminal reaches both processes. This one waits until the program has ended.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => {
      process.stderr.write(`Cannot run ${NODE}: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
