import { flushRedis } from '@darkroom/testing';
import type { Drill, Scene } from '../drill.js';
import { missingDecoders } from '../faults/processes.js';
import { killAndReplace, killDecoder, killInMidUpload, killServer } from './blows.js';

/** Milliseconds. */
const PATIENCE = 60_000;

type Blow = (scene: Scene) => Promise<void>;

const BLOWS: readonly Blow[] = [
  killDecoder,
  (scene) => killAndReplace(scene, scene.random.pick(scene.platform.workers)),
  killInMidUpload,
  (scene) => {
    scene.note('connections cut', scene.platform.postgres.way.cutOnce());
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

/** Has S3 fail for two seconds, and for as long as nobody has asked it. */
async function failStorage(scene: Scene): Promise<void> {
  const { way } = scene.platform.bucket ?? {};
  if (way === undefined) return;
  const before = way.failed;
  way.fail();
  const isOver = performance.now() + PATIENCE;
  do await scene.wait(2);
  while (way.failed === before && performance.now() < isOver);
  way.mend();
  scene.note('calls of S3 that failed', way.failed - before);
}

/** All of it in one run: in the short form each blow once, in the long form ten times in another order each. */
export const storm: Drill = {
  name: 'storm',
  summary: 'every kind of blow, one after the other, in a random order',
  platform: { storage: 's3' },
  missing: missingDecoders,
  lasts: ({ blows }) => blows * BLOWS.length * 2,
  expects: ({ blows }) => ({
    'kill -9 of a worker': blows,
    'kill -9 of an api': blows,
    'uploads cut off in the middle': blows,
    'kill -9 of a decoder': blows,
    'connections cut': blows,
    'calls of S3 that failed': blows,
    'PostgreSQL killed': blows,
    'Redis killed': blows,
    FLUSHALL: blows,
  }),
  faults: async (scene) => {
    const rounds = Array.from({ length: scene.scale.blows }, () => shuffled(BLOWS, scene));
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
