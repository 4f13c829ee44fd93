import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Image, UploadAnswer } from '@darkroom/contracts';
import { ComposeProject, drawJpeg, missingCompose, reportNotRun } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Client } from '../testing/client.js';
import { commandsOfDocs } from '../testing/commands-of-docs.js';
import type { EventReader } from '../testing/event-reader.js';
import { expectWhole, isComplete } from '../testing/expect-whole.js';
import { inParallel } from '../testing/in-parallel.js';
import { startLoad } from '../testing/load.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Milliseconds, including the build of the images. */
const START_LIMIT = 600_000;
/** Milliseconds. Some tests restart most of the stack. */
const TEST_LIMIT = 300_000;
const MANUAL = 'deploy-compose.md';
const OPERATIONS = 'operations.md';
const WORKERS = ['worker-1', 'worker-2', 'worker-3'];
const APIS = ['api-1', 'api-2'];

const missing = await missingCompose();
if (missing !== undefined) await reportNotRun('Docker Compose', missing);

// All tests share one stack, in order: each continues from the state that the previous one left.
describe.skipIf(missing !== undefined)('docker compose', { timeout: TEST_LIMIT }, () => {
  let project: ComposeProject;
  let client: Client;
  /** Every acknowledged picture. */
  const kept: Image[] = [];

  beforeAll(async () => {
    project = await ComposeProject.open(ROOT);
    await project.up({
      scale: { worker: 3, api: 2 },
      // One picture at a time, so that three pictures at once prove three workers.
      environment: { DARKROOM_UPLOADS_PER_MINUTE: '0', DARKROOM_WORKER_CONCURRENCY: '1' },
    });
    client = new Client(project.url);
  }, START_LIMIT);
  afterAll(() => project.close(), START_LIMIT);

  async function uploadAll(count: number, width: number): Promise<Image[]> {
    const picture = await drawJpeg({ width, height: (width * 2) / 3 });
    const names = Array.from({ length: count }, (_, index) => `${kept.length + index}.jpg`);
    const images = await inParallel(names, 8, (name) => client.upload(picture, name));
    kept.push(...images);
    return images;
  }

  it('only the gateway is published, and only on the loopback address', async () => {
    const others = [...APIS, ...WORKERS, 'postgres-1', 'redis-1'];
    const addresses = await Promise.all(
      others.map(async (name) => (await project.container(name).confinement()).published),
    );
    expect(addresses.flat()).toEqual([]);
    const { published } = await project.container('gateway-1').confinement();
    expect(published).toEqual([project.url.replace('http://', '')]);
  });

  it.each(['gateway-1', 'api-1', 'worker-1', 'postgres-1', 'redis-1'])('%s is confined', async (name) => {
    const container = project.container(name);
    expect(await container.confinement()).toMatchObject({
      readOnlyRoot: true,
      privileged: false,
      droppedCapabilities: ['ALL'],
      addedCapabilities: [],
      securityOptions: ['no-new-privileges:true'],
    });
    expect((await container.confinement()).memoryLimit).toBeGreaterThan(0);
    const status = await container.exec('cat', '/proc/self/status');
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).not.toMatch(/^[UG]id:\t0\t/m);
    await expect(container.exec('touch', '/here')).rejects.toThrow(/Read-only file system/);
  });

  it('an image contains no build tools and no tests', async () => {
    const sources = `find / -xdev -name '*.ts' -o -name npm -o -name tsc -o -name vitest 2>/dev/null`;
    const tests = `find /app/apps /app/libs -name '*.spec.*' -o -name testing`;
    for (const name of ['api-1', 'worker-1']) {
      expect(await project.container(name).exec('sh', '-c', `${sources}; ${tests}`)).toBe('');
    }
  });

  it('an image includes an SBOM that matches its installed packages', async () => {
    for (const [name, has, hasNot] of [
      ['api-1', 'fastify', 'sharp'],
      ['worker-1', 'sharp', 'fastify'],
    ] as const) {
      const sbom = JSON.parse(await project.container(name).exec('cat', '/app/sbom.cdx.json')) as Sbom;
      const listed = sbom.components.map(({ group, name: part }) => (group ? `${group}/${part}` : part));
      const found = await project.container(name).exec('sh', '-c', INSTALLED);
      const installed = found.trim().split('\n');
      expect([...new Set(listed)].toSorted()).toEqual([...new Set(installed)].toSorted());
      expect(installed).toContain(has);
      expect(installed).not.toContain(hasNot);
    }
    const page = await project.container('gateway-1').exec('cat', '/usr/share/darkroom/sbom.cdx.json');
    const bundled = (JSON.parse(page) as Sbom).components.map(({ name }) => name);
    expect(bundled).toContain('preact');
    expect(bundled).not.toContain('vite');
  });

  it('three workers share the work, and a stream at either api shows all of it', async () => {
    const streams = await openStreams(project, client);
    const images = await uploadAll(24, 1200);
    for (const stream of streams) for (const { id } of images) await stream.image(id, isComplete);
    for (const stream of streams) stream.close();
    for (const name of WORKERS) {
      expect(await metric(project, name, 9090, 'darkroom_jobs_total{name="process-image"')).toBeGreaterThan(
        0,
      );
    }
    const [first] = images;
    await expectWhole(client, await client.image(first?.id ?? ''));
  });

  it('the logs of gateway, api and worker contain the request id', async () => {
    const id = 'a-request-of-the-tests';
    const bytes = await drawJpeg({ width: 300, height: 200 });
    const answer = await client.post([{ name: `${kept.length}.jpg`, bytes }], { 'x-request-id': id });
    expect(answer.status).toBe(202);
    kept.push(...UploadAnswer.parse(await answer.json()).items);
    for (const service of ['gateway', 'api', 'worker']) {
      // nginx writes its lines once a second.
      await project.shell(
        `until docker compose logs ${service} | grep -q '"requestId":"${id}"'; do sleep 1; done`,
      );
    }
  });

  it('a worker decodes HEIC by the libavcodec of its image', async () => {
    const bytes = await readFile(join(ROOT, 'bench/fixtures/12.heic'));
    const events = await client.events();
    const image = await client.upload(bytes, `${kept.length}.heic`);
    kept.push(image);
    await events.image(image.id, isComplete);
    events.close();
    expect(await project.shell('docker compose logs worker')).toMatch(/"decoder":"libavcodec [\d.]+"/);
  });

  it('no upload is lost when a worker is killed and Redis restarts', async () => {
    const events = await client.events();
    const images = await uploadAll(24, 2400);
    const begun = () => images.filter(({ id }) => events.images.get(id)?.status === 'processing').length;
    await events.until(() => begun() > 1);
    await project.container('worker-1').kill();
    await project.container('redis-1').restart();
    expect((await uploadAll(1, 300)).length).toBe(1);
    events.close();
    // Another worker takes over the killed one's jobs later, after the restart in the next test.
  });

  it('every picture is kept across down and up, on another port and with a token', async () => {
    await project.down();
    await project.up({ environment: { DARKROOM_ACCESS: 'token', DARKROOM_UPLOADS_PER_MINUTE: '0' } });
    const token = await project.shell(await commandsOfDocs(MANUAL, 'Access with a token'));
    expect((await new Client(project.url).request('/api/images')).status).toBe(401);
    client = new Client(project.url, token.trim());
    await expectAllKept(client, kept);
  });

  it('a rolling replacement of the api under load answers every request and keeps every upload once', async () => {
    const before = await project.shell('docker compose ps --quiet api');
    // A changed setting replaces the container, as a new image would.
    project.set({ DARKROOM_LINK_SECONDS: '7200' });
    const load = startLoad(client, kept[0]?.id ?? '');
    onTestFinished(async () => void (await load.stop()));
    await project.shell(await commandsOfDocs(MANUAL, 'Without an interruption'));
    const { failures, answered, uploaded } = await load.stop();
    kept.push(...uploaded);
    expect(failures).toEqual([]);
    expect(Math.min(...Object.values(answered))).toBeGreaterThan(10);
    const after = await project.shell('docker compose ps --quiet api');
    expect(after.trim().split('\n')).toHaveLength(1);
    expect(after).not.toBe(before);
    const names = (await client.all()).map(({ filename }) => filename);
    expect(names.toSorted()).toEqual(kept.map(({ filename }) => filename).toSorted());
    await expectAllKept(client, kept);
  });

  it('down -v leaves nothing, and the documented backup then restores everything', async () => {
    await project.shell(await commandsOfDocs(OPERATIONS, 'Docker Compose: back up'));
    await project.shell('docker compose down -v');
    expect(await project.remains()).toEqual([]);
    await project.shell(await commandsOfDocs(OPERATIONS, 'Docker Compose: restore'));
    const token = await project.shell(await commandsOfDocs(MANUAL, 'Access with a token'));
    client = new Client(project.url, token.trim());
    await expectAllKept(client, kept);
  });
});

interface Sbom {
  components: { group?: string; name: string }[];
}

/** Prints the names of all packages at any depth of `node_modules`; Darkroom's own are links. */
const INSTALLED = `
  cd /app
  find . -path '*/node_modules/*' -name package.json \
    | grep -E '(^|/)node_modules/(@[^/]+/)?[^/]+/package\\.json$' \
    | sed -E 's|.*node_modules/||; s|/package.json$||'`;

/** Opens streams through the gateway until each api has one. */
async function openStreams(project: ComposeProject, client: Client): Promise<EventReader[]> {
  const streams: EventReader[] = [];
  for (;;) {
    streams.push(await client.events());
    const counts = await Promise.all(APIS.map((api) => metric(project, api, 8080, 'darkroom_event_streams')));
    if (counts.every((count) => count > 0)) return streams;
    if (streams.length === 20) throw new Error(`20 streams reached the apis as ${counts.join(' and ')}`);
  }
}

/** The sum of a process's metrics whose lines start with `begin`. */
async function metric(project: ComposeProject, name: string, port: number, begin: string): Promise<number> {
  const page = await project.container(name).fetch(port, '/metrics');
  return page
    .split('\n')
    .filter((line) => line.startsWith(begin))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Waits until every picture is ready with all its variants, and opens some. */
async function expectAllKept(client: Client, kept: readonly Image[]): Promise<void> {
  const events = await client.events();
  const image = async ({ id }: Image) => {
    const now = await client.image(id);
    return isComplete(now) ? now : events.image(id, isComplete);
  };
  const images = await Promise.all(kept.map(image));
  events.close();
  expect(images.filter(({ status }) => status !== 'ready')).toEqual([]);
  for (const index of [0, Math.floor(kept.length / 2), kept.length - 1]) {
    await expectWhole(client, images[index] as Image);
  }
}
