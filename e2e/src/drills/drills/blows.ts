import type { ServiceProcess } from '../../testing/service-process.js';
import { SlowUpload } from '../../testing/slow-upload.js';
import type { Reached } from '../drill-platform.js';
import { descendants, isAtWork } from '../faults/processes.js';
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

/** Looks for a decoder at work before any is taken. */
const LOOKS = 50;

/** Kills a decoder process of a worker, one that is at work if there is any. */
export async function killDecoder(scene: Scene): Promise<void> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const found = await Promise.all(
      scene.platform.workers.map(({ pid }) => descendants(pid, /decoder-process/)),
    );
    const all = found.flat();
    const busy = await Promise.all(all.map(isAtWork));
    const atWork = all.filter((_, index) => busy[index]);
    const victim = scene.random.pick(atWork.length > 0 || look < LOOKS ? atWork : all);
    if (victim === undefined) {
      await scene.wait(0.05);
      continue;
    }
    if (end(victim.pid)) scene.note('kill -9 of a decoder');
    return;
  }
}

/** @returns false when it has ended by itself meanwhile */
function end(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Kills a server, waits, and starts it again. */
export async function killServer({ server, way }: Reached, seconds: number, scene: Scene): Promise<void> {
  await server.kill();
  await scene.wait(seconds);
  await server.restart();
  way.lead(server.url);
}
