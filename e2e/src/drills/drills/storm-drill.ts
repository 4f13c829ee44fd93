import { flushRedis } from '@darkroom/testing';
import type { Drill, Scene } from '../drill.js';
import { missingDecoders } from '../faults/processes.js';
import { killAndReplace, killDecoder, killInMidUpload, killServer } from './kills.js';

/** Milliseconds to wait for a call of S3. */
const PATIENCE = 60_000;

type Fault = (scene: Scene) => Promise<void>;

const FAULTS: readonly Fault[] = [
  killDecoder,
  (scene) => killAndReplace(scene, scene.random.pick(scene.platform.workers)),
  killInMidUpload,
  (scene) => {
    scene.note('connections cut', scene.platform.postgres.proxy.cutOnce());
    return Promise.resolve();
  },
  failStorage,
  async (scene) => {
    await killServer(scene.platform.postgres, 1, scene);
    scene.note('PostgreSQL killed');
  },
  async (scene) => {
    await flushRedis(scene.platform.redis.server.url);
    scene.note('FLUSHALL');
  },
  async (scene) => {
    await killServer(scene.platform.redis, 1, scene);
    scene.note('Redis killed');
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
  expects: ({ blows }) => ({
    'kill -9 of a worker': blows,
    'kill -9 of an api': blows,
    'uploads cut off midway': blows,
    'kill -9 of a decoder': blows,
    'connections cut': blows,
    'failed S3 calls': blows,
    'PostgreSQL killed': blows,
    'Redis killed': blows,
    FLUSHALL: blows,
  }),
  faults: async (scene) => {
    const rounds = Array.from({ length: scene.scale.blows }, () => shuffled(FAULTS, scene));
    const order = rounds.flat();
    await scene.atMoments(order.length, async (index) => order[index]?.(scene));
  },
};

function shuffled<T>(items: readonly T[], { random }: Scene): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
