import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createCleanEnvironment } from '@darkroom/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const START = fileURLToPath(new URL('../../apps/launcher/start.mjs', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-killed-'));
  // When the test runs as root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.runIf(process.platform !== 'win32')(
  'npm start stops in good order when only its parent is killed',
  async () => {
    // The shell in which npm runs a script. Without the second command it would become the first.
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${START}"; true`], {
      env: createCleanEnvironment({
        DARKROOM_DATA: path.join(folder, '.darkroom'),
        DARKROOM_PORT: '0',
        DARKROOM_WORKER_PORT: '0',
        npm_lifecycle_event: 'start',
      }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    // The pipe closes when the last process of the platform has ended.
    const ended = once(shell.stdout, 'close');
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: shell.stdout }).on('line', (line) => {
        lines.push(line);
        if (line.includes('Darkroom is ready on ')) resolve();
      });
      void ended.then(() => reject(new Error(`it does not start:\n${lines.join('\n')}`)));
    });
    shell.kill('SIGKILL');
    await ended;
    expect(lines.at(-1)).toContain('Stopped; all pictures are kept');
  },
);
