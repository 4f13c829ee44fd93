// What the commands of this project have in common that are compiled before they run. Plain JavaScript without
// dependencies: it runs before anything is installed, on whatever Node ≥ 20 there is.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { BootstrapFault, NODE, ROOT, build, ensureInstalled, environment } from './bootstrap/bootstrap.mjs';
import { createSteps } from './bootstrap/steps.mjs';

/**
 * Installs and compiles what is missing, then runs a program with this process's arguments under the project's own Node,
 * and takes over its exit code. What is said on the way goes to the standard error, so that `--json` has the output to
 * itself.
 *
 * @param {string} project - the folder to compile, from the root
 * @param {string} program - from the root, with slashes
 * @param {() => Record<string, string>} [variables] - what its environment has beside this one; read after the compiling
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

/** Silent when all is there, as in every run but the first. */
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
    // A terminal's Ctrl-C reaches both; the program ends what it has in hand.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => {
      process.stderr.write(`${NODE} does not run: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
