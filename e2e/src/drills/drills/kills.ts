import type { ServiceProcess } from '../../testing/service-process.js';
import { SlowUpload } from '../../testing/slow-upload.js';
import type { ProxiedServer } from '../drill-platform.js';
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
  if (status === 0) scene.note('uploads cut off midway');
}

/** The start of a JPEG, and some of its data. */
const HALF = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(60_000, 7),
]);

/** Attempts to find a busy decoder before an idle one is killed. */
const ATTEMPTS = 50;

/** Kills a decoder process of a worker, a busy one if possible. */
export async function killDecoder(scene: Scene): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = await Promise.all(
      scene.platform.workers.map(({ pid }) => descendants(pid, /decoder-process/)),
    );
    const all = found.flat();
    const busy = await Promise.all(all.map(isAtWork));
    const atWork = all.filter((_, index) => busy[index]);
    const victim = scene.random.pick(atWork.length > 0 || attempt < ATTEMPTS ? atWork : all);
    if (victim === undefined) {
      await scene.wait(0.05);
      continue;
    }
    if (end(victim.pid)) scene.note('kill -9 of a decoder');
    return;
  }
}

/** @returns false when the process had already ended */
function end(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Kills a server, waits, and starts it again. */
export async function killServer(
  { server, proxy }: ProxiedServer,
  seconds: number,
  scene: Scene,
): Promise<void> {
  await server.kill();
  await scene.wait(seconds);
  await server.restart();
  proxy.redirect(server.url);
}
