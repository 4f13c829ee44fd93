import { flushRedis } from '@darkroom/testing';
import type { Drill, Scene } from '../drill.js';
import { missingDecoders } from '../faults/processes.js';
import { killAndReplace, killDecoder, killInMidUpload, killServer } from './kills.js';

/** Milliseconds to wait for a call of S3. */
const PATIENCE = 60_000;

interface Fault {
  /** The note by which it is seen. */
  what: string;
  inject: (scene: Scene) => Promise<void>;
}

const FAULTS: readonly Fault[] = [
  { what: 'kill -9 of a decoder', inject: killDecoder },
  {
    what: 'kill -9 of a worker',
    inject: (scene) => killAndReplace(scene, scene.random.pick(scene.platform.workers)),
  },
  { what: 'uploads cut off midway', inject: killInMidUpload },
  {
    what: 'connections cut',
    inject: async (scene) => scene.note('connections cut', scene.platform.postgres.proxy.cutOnce()),
  },
  { what: 'failed S3 calls', inject: failStorage },
  {
    what: 'PostgreSQL killed',
    inject: async (scene) => {
      await killServer(scene.platform.postgres, 1, scene);
      scene.note('PostgreSQL killed');
    },
  },
  {
    what: 'FLUSHALL',
    inject: async (scene) => {
      await flushRedis(scene.platform.redis.server.url);
      scene.note('FLUSHALL');
    },
  },
  {
    what: 'Redis killed',
    inject: async (scene) => {
      await killServer(scene.platform.redis, 1, scene);
      scene.note('Redis killed');
    },
  },
];

/** Makes S3 fail for at least two seconds, and until at least one call has failed. */
async function failStorage(scene: Scene): Promise<void> {
  const { proxy } = scene.platform.bucket ?? {};
  if (proxy === undefined) return;
  const before = proxy.failed;
  proxy.fail();
  const isOver = performance.now() + PATIENCE;
  do await scene.wait(2);
  while (proxy.failed === before && performance.now() < isOver);
  proxy.mend();
  scene.note('failed S3 calls', proxy.failed - before);
}

/** Every fault in one run: once in the short form, ten times in the long form, in a new order each time. */
export const storm: Drill = {
  name: 'storm',
  summary: 'every kind of fault, one after another, in a random order',
  platform: { storage: 's3' },
  missing: missingDecoders,
  lasts: ({ blows }) => blows * FAULTS.length * 2,
  expects: ({ blows }) => Object.fromEntries(FAULTS.map(({ what }) => [what, blows])),
  faults: async (scene) => {
    const rounds = Array.from({ length: scene.scale.blows }, () => shuffled(FAULTS, scene));
    const order = rounds.flat();
    await scene.atMoments(order.length, async (index) => order[index]?.inject(scene));
    for (const { what, inject } of FAULTS) await scene.repeat(what, scene.scale.blows, () => inject(scene));
  },
};

function shuffled<T>(items: readonly T[], { random }: Scene): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
