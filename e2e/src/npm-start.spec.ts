import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createCleanEnvironment, drawJpeg } from '@darkroom/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from './testing/client.js';
import { expectWhole, isComplete } from './testing/expect-whole.js';
import { LaunchedPlatform } from './testing/launched-platform.js';

// Both tests are in one file, so that two starts do not make the bundles at the same time.

const START = fileURLToPath(new URL('../../apps/launcher/start.mjs', import.meta.url));
const HEIC = new URL('../../libs/imaging/fixtures/quarters.heic', import.meta.url);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><text x="9" y="50">text</text></svg>';

let folder: string;
let platform: LaunchedPlatform | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-start-'));
  // When the test runs as root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await platform?.stop();
  platform = undefined;
  await rm(folder, { recursive: true, force: true });
});

it('npm start makes pictures of every kind of decoder: native code, WebAssembly and a font', async () => {
  platform = await LaunchedPlatform.start(path.join(folder, '.darkroom'), 'start');
  const client = new Client(platform.url);
  const events = await client.events();
  const pictures = {
    'photo.jpg': await drawJpeg({ width: 400, height: 300 }),
    'phone.heic': await readFile(HEIC),
    'drawing.svg': Buffer.from(SVG),
  };
  for (const [name, bytes] of Object.entries(pictures)) {
    const { id } = await client.upload(bytes, name);
    await expectWhole(client, await events.image(id, isComplete));
  }
  events.close();
  expect((await client.open(`${platform.url}/api/docs/swagger-ui.css`)).status).toBe(200);
  expect((await client.open(`${platform.url}/`)).bytes.toString()).toContain('<title>Darkroom');
});

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
