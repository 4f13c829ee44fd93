import type { ServiceProcess } from '../../testing/service-process.js';
import { SlowUpload } from '../../testing/slow-upload.js';
import type { Reached } from '../drill-platform.js';
import { descendants } from '../faults/processes.js';
import type { Scene } from '../drill.js';

/** Kills a service and starts another in its place. */
export async function killAndReplace(scene: Scene, service: ServiceProcess | undefined): Promise<void> {
  if (service === undefined) return;
  if (await scene.platform.kill(service)) scene.note(`kill -9 of ${nameOf(service)}`);
  await scene.platform.start(service.app);
}

function nameOf({ app }: ServiceProcess): string {
  return app === 'api' ? 'an api' : 'a worker';
}

/** Kills an api that has received half of a picture. */
export async function killInMidUpload(scene: Scene): Promise<void> {
  const api = scene.random.pick(scene.platform.apis);
  if (api === undefined) return;
  const upload = new SlowUpload(api.url, 'never-whole.jpg');
  await upload.send(HALF);
  await killAndReplace(scene, api);
  const { status } = await upload.finish().catch(() => ({ status: 0 }));
  if (status === 0) scene.note('uploads cut off in the middle');
}

/** The beginning of a JPEG, and some of what follows. */
const HALF = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(60_000, 7),
]);

/** Kills a decoder process of a worker that is at a picture. */
export async function killDecoder(scene: Scene): Promise<void> {
  const worker = scene.random.pick(scene.platform.workers);
  if (worker === undefined) return;
  const decoder = scene.random.pick(await descendants(worker.pid, /decoder-process/));
  if (decoder === undefined) return;
  try {
    process.kill(decoder, 'SIGKILL');
    scene.note('kill -9 of a decoder');
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** Kills a server, waits, and starts it again. */
export async function killServer({ server, way }: Reached, seconds: number, scene: Scene): Promise<void> {
  await server.kill();
  await scene.wait(seconds);
  await server.restart();
  way.lead(server.url);
}
