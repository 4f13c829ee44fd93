import { countRedisKeys, flushRedis } from '@darkroom/testing';
import type { Drill } from '../drill.js';
import { killServer } from './kills.js';

export const redisFlush: Drill = {
  name: 'redis-flush',
  summary: 'FLUSHALL while pictures wait in the queue',
  lasts: ({ blows }) => blows * 3,
  expects: ({ blows }) => ({ FLUSHALL: blows, 'keys lost': blows }),
  faults: (scene) =>
    scene.atMoments(scene.scale.blows, async () => {
      const { url } = scene.platform.redis.server;
      scene.note('keys lost', await countRedisKeys(url));
      await flushRedis(url);
      scene.note('FLUSHALL');
    }),
};

export const redisRestart: Drill = {
  name: 'redis-restart',
  summary: 'Redis is killed and restarts empty',
  lasts: ({ blows }) => blows * 4,
  expects: ({ blows }) => ({ 'Redis killed': Math.ceil(blows / 2), 'keys lost': blows }),
  faults: (scene) =>
    scene.atMoments(Math.ceil(scene.scale.blows / 2), async () => {
      const { redis } = scene.platform;
      scene.note('keys lost', await countRedisKeys(redis.server.url));
      await killServer(redis, scene.random.between(0, 3), scene);
      scene.note('Redis killed');
    }),
};

export const redisRefused: Drill = {
  name: 'redis-refused',
  summary: 'Redis refuses every connection for a minute',
  lasts: ({ outage }) => outage * 1.2,
  expects: () => ({ 'outages of Redis': 1, 'uploads acknowledged without Redis': 1 }),
  faults: async (scene) => {
    const { proxy } = scene.platform.redis;
    await scene.answered(0.1);
    await proxy.refuse();
    const before = scene.ledger.count;
    await scene.wait(scene.scale.outage);
    await scene.see({
      what: 'uploads acknowledged without Redis',
      least: 1,
      count: () => scene.ledger.count - before,
    });
    await proxy.listen();
    scene.note('outages of Redis');
  },
};
