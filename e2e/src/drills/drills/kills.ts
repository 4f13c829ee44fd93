import type { ServiceProcess } from '../../testing/service-process.js';
import { SlowUpload } from '../../testing/slow-upload.js';
import type { DrillPlatform, ProxiedServer } from '../drill-platform.js';
import { descendants, isAtWork, type Process } from '../faults/processes.js';
import type { Scene } from '../drill.js';
import { VARIANTS } from '../watch.js';

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

/** Finds a worker that is processing a picture; after some attempts, any. */
export async function busyWorker(scene: Scene): Promise<ServiceProcess | undefined> {
  const { platform, random } = scene;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const busy = await Promise.all(
      platform.workers.map(async (worker) => (await busyDecoders(worker)).length > 0),
    );
    const found = random.pick(platform.workers.filter((_, index) => busy[index]));
    if (found !== undefined) return found;
    await scene.wait(0.05);
  }
  return random.pick(platform.workers);
}

async function busyDecoders({ pid }: ServiceProcess): Promise<Process[]> {
  if (process.platform !== 'linux') return [];
  const all = await descendants(pid, /decoder-process/);
  const busy = await Promise.all(all.map(isAtWork));
  return all.filter((_, index) => busy[index]);
}

/** Attempts to find a busy process before an idle one is killed. */
const ATTEMPTS = 50;

/** The worker's log messages when a decoder ends while it makes JPEGs or a further format. */
export const LOST_DECODER = [
  'a picture has crashed its decoder',
  'a format has crashed its decoder; it is tried again',
];

/**
 * Kills a busy decoder process of a worker; none when all are idle for some seconds. No picture loses its decoder twice:
 * the worker would rightly take the picture for the cause, and quarantine it.
 */
export async function killDecoder(scene: Scene): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const busy = await Promise.all(scene.platform.workers.map(busyDecoders));
    const victim = scene.random.pick(busy.flat());
    // A stopped process takes no other picture while the database is asked.
    if (victim !== undefined && signal(victim.pid, 'SIGSTOP')) {
      const mayDie = !(await isRecovering(scene.platform).catch(() => true));
      if (signal(victim.pid, mayDie ? 'SIGKILL' : 'SIGCONT') && mayDie) {
        scene.note('kill -9 of a decoder');
        return;
      }
    }
    await scene.wait(0.05);
  }
}

/** Whether a picture that has lost its decoder does not have all its variants yet. */
async function isRecovering(platform: DrillPlatform): Promise<boolean> {
  const ids = LOST_DECODER.flatMap((message) => platform.picturesOf(message));
  if (ids.length === 0) return false;
  const recovering = await platform.query(`
    select 1 from images i where id in (${ids.map((id) => `'${id}'`).join()}) and (status in ('queued', 'processing')
      or status = 'ready' and (select count(*) from variants where image_id = i.id) < ${VARIANTS})`);
  return recovering.length > 0;
}

/** @returns false when the process had already ended */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
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
