import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Runs the program behind an npm command. */
function run(program: string, ...options: string[]): { status: number | null; output: string } {
  const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...options], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

it.each([
  ['npm start', 'start.mjs'],
  ['npm run dev', 'dev.mjs'],
])('%s refuses an option and says how to set something', (command, program) => {
  const { status, output } = run(program, '--port', '9000');
  expect(status).toBe(2);
  expect(output).toContain(`Unknown option "--port".\n\n${command}  `);
  expect(output).toContain(`DARKROOM_PORT=9000 ${command}\n`);
});

it('npm start prints its help without starting', () => {
  const { status, output } = run('start.mjs', '--help');
  expect(status).toBe(0);
  expect(output).toMatch(/^npm start {2}/);
});
