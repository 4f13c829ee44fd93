import type { Drill } from '../drill.js';
import { killServer } from './kills.js';

export const postgresRestart: Drill = {
  name: 'postgres-restart',
  summary: 'kill -9 of PostgreSQL, and a restart after some seconds',
  lasts: ({ blows }) => blows * 4,
  expects: ({ blows }) => ({ 'PostgreSQL killed': Math.ceil(blows / 2) }),
  faults: (scene) =>
    scene.atMoments(Math.ceil(scene.scale.blows / 2), async () => {
      await killServer(scene.platform.postgres, scene.random.between(0, 4), scene);
      scene.note('PostgreSQL killed');
    }),
};

export const postgresCut: Drill = {
  name: 'postgres-cut',
  summary: 'every connection to PostgreSQL is cut, repeatedly',
  lasts: ({ blows }) => blows * 3,
  expects: ({ blows }) => ({ 'connections cut': blows * 4 }),
  faults: async (scene) => {
    const cut = async () => scene.note('connections cut', scene.platform.postgres.proxy.cutOnce());
    await scene.atMoments(scene.scale.blows * 2, cut);
    await scene.repeat('connections cut', scene.scale.blows * 4, cut);
  },
};
