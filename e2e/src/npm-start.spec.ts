import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawJpeg } from '@darkroom/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from './testing/client.js';
import { expectWhole, isComplete } from './testing/expect-whole.js';
import { LaunchedPlatform } from './testing/launched-platform.js';

const HEIC = new URL('../../libs/imaging/fixtures/quarters.heic', import.meta.url);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><text x="9" y="50">text</text></svg>';

let folder: string;
let platform: LaunchedPlatform;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-start-'));
  // When the test runs as root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  platform = await LaunchedPlatform.start(path.join(folder, '.darkroom'), 'start');
});
afterEach(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

it('npm start makes pictures of every kind of decoder: native code, WebAssembly and a font', async () => {
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
