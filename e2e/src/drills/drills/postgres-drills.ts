import type { Drill } from '../drill.js';
import { killServer } from './blows.js';

export const postgresRestart: Drill = {
  name: 'postgres-restart',
  summary: 'kill -9 of PostgreSQL, started again after some seconds',
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
  summary: 'every connection to PostgreSQL cut, and cut again',
  lasts: ({ blows }) => blows * 3,
  expects: ({ blows }) => ({ 'connections cut': blows * 4 }),
  faults: (scene) =>
    scene.atMoments(scene.scale.blows * 2, () => {
      scene.note('connections cut', scene.platform.postgres.way.cutOnce());
      return Promise.resolve();
    }),
};
