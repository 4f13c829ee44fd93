import type { Drill, Scene } from '../drill.js';
import { missingDecoders } from '../faults/processes.js';
import { busyWorker, killAndReplace, killDecoder, killInMidUpload, LOST_DECODER } from './kills.js';

/** The queue's log message when it takes over a dead worker's job. */
const TAKEN_OVER = 'took a job over from a worker that no longer renewed its lock';

/** Milliseconds within which another worker takes a job over: its lock ends, and the queue looks for it. */
const TAKEOVER = 45_000;

function seeTakeover(scene: Scene, again: () => Promise<void>): Promise<void> {
  const count = () => scene.platform.countMessage(TAKEN_OVER);
  return scene.see({ what: 'jobs taken over', least: 1, count, again, patience: TAKEOVER });
}

export const workerKill: Drill = {
  name: 'worker-kill',
  summary: 'kill -9 of one of two workers, repeatedly',
  lasts: ({ blows }) => blows * 4,
  expects: ({ blows }) => ({ 'kill -9 of a worker': blows, 'jobs taken over': 1 }),
  faults: async (scene) => {
    const kill = async () => killAndReplace(scene, await busyWorker(scene));
    await scene.atMoments(scene.scale.blows, kill);
    await seeTakeover(scene, kill);
  },
};

export const allWorkersKill: Drill = {
  name: 'all-workers-kill',
  summary: 'kill -9 of every worker at once',
  lasts: ({ blows }) => blows * 4,
  expects: ({ blows }) => ({ 'kill -9 of a worker': 2 * blows, 'jobs taken over': 1 }),
  faults: async (scene) => {
    const kill = async () => {
      await busyWorker(scene);
      await Promise.all([...scene.platform.workers].map((worker) => killAndReplace(scene, worker)));
    };
    await scene.atMoments(scene.scale.blows, kill);
    await seeTakeover(scene, kill);
  },
};

export const apiKill: Drill = {
  name: 'api-kill',
  summary: 'kill -9 of one of two apis during uploads',
  lasts: ({ blows }) => blows * 3,
  expects: ({ blows }) => ({ 'kill -9 of an api': blows, 'uploads cut off midway': blows }),
  faults: (scene) => scene.atMoments(scene.scale.blows, () => killInMidUpload(scene)),
};

export const decoderKill: Drill = {
  name: 'decoder-kill',
  summary: 'kill -9 of decoder processes at random moments',
  missing: missingDecoders,
  lasts: ({ blows }) => blows * 3,
  expects: ({ blows }) => ({ 'kill -9 of a decoder': blows * 3, 'pictures that lost their decoder': 1 }),
  faults: async (scene) => {
    const kill = () => killDecoder(scene);
    await scene.atMoments(scene.scale.blows * 4, kill);
    await scene.repeat('kill -9 of a decoder', scene.scale.blows * 3, kill);
    await scene.see({
      what: 'pictures that lost their decoder',
      least: 1,
      count: () => LOST_DECODER.reduce((sum, message) => sum + scene.platform.countMessage(message), 0),
      again: kill,
    });
  },
};

export const deploys: Drill = {
  name: 'deploys',
  summary: 'SIGTERM to every service under load, and a restart of each',
  lasts: ({ blows }) => blows * 5,
  expects: ({ blows }) => ({ 'SIGTERM to a service': 4 * blows, 'orderly exits': 4 * blows }),
  faults: (scene) =>
    scene.atMoments(scene.scale.blows, async () => {
      const codes = await scene.platform.endAll();
      scene.note('SIGTERM to a service', codes.length);
      scene.note('orderly exits', codes.filter((code) => code === 0).length);
      await scene.platform.startAll();
    }),
};
