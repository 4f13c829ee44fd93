import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { flushRedis } from '@darkroom/testing';
import type { Drill, Scene } from '../drill.js';
import { startReconciler } from '../reconcile-command.js';

/** Milliseconds after its start within which a reconciler is killed. */
const MOMENTS = 150;

export const reconcilerKill: Drill = {
  name: 'reconciler-kill',
  summary: 'kill -9 of the reconciler while it restores the jobs of an emptied Redis',
  lasts: ({ blows }) => blows * 3,
  expects: ({ blows }) => ({
    'kill -9 of a reconciler': blows,
    'reconcilers killed while at work': Math.ceil(blows / 2),
  }),
  faults: async (scene) => {
    const kill = () => killReconciler(scene);
    await scene.atMoments(scene.scale.blows, kill);
    await scene.repeat('kill -9 of a reconciler', scene.scale.blows, kill);
    await scene.repeat('reconcilers killed while at work', Math.ceil(scene.scale.blows / 2), kill);
  },
};

/** Empties Redis, and kills a reconciler while it restores the jobs. */
async function killReconciler(scene: Scene): Promise<void> {
  await flushRedis(scene.platform.redis.server.url);
  const reconciler = startReconciler(scene.platform);
  const ended = once(reconciler, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await begun(scene, reconciler);
  await pause(scene.random.between(0, MOMENTS));
  reconciler.kill('SIGKILL');
  const [, signal] = await ended;
  if (signal === 'SIGKILL') scene.note('kill -9 of a reconciler');
  if (await isHeld(scene)) scene.note('reconcilers killed while at work');
}

/** Resolves when a reconciler holds the lock, or when this one has ended. */
async function begun(scene: Scene, reconciler: ChildProcess): Promise<void> {
  while (reconciler.exitCode === null && !(await isHeld(scene))) await pause(10);
}

async function isHeld({ platform }: Scene): Promise<boolean> {
  const rows = await platform.query(
    'select 1 from reconciler where holder is not null and held_until > now()',
  );
  return rows.length > 0;
}
