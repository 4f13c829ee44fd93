import type { Drill } from '../drill.js';
import { wrongClock } from '../faults/wrong-clock.js';
import { killAndReplace } from './kills.js';

/** Seconds. */
const AHEAD = 120;

export const clock: Drill = {
  name: 'clock',
  summary: 'one worker’s clock two minutes ahead, another’s two minutes behind; one is killed',
  platform: { workers: 1 },
  lasts: ({ blows }) => blows * 4,
  expects: () => ({ 'workers with a wrong clock': 2, 'jobs they finished': 1, 'kill -9 of a worker': 1 }),
  faults: async (scene) => {
    const { platform } = scene;
    const [correct] = platform.workers;
    for (const seconds of [AHEAD, -AHEAD]) {
      await platform.start('worker', wrongClock(seconds));
      scene.note('workers with a wrong clock');
    }
    // The remaining jobs go to the two workers with a wrong clock.
    const done = platform.countMessage('a job is done');
    if (correct !== undefined && (await platform.kill(correct))) scene.note('kill -9 of a worker');
    await scene.see({
      what: 'jobs they finished',
      least: 1,
      count: () => platform.countMessage('a job is done') - done,
    });
    await scene.answered(0.6);
    await scene.watch.until(({ processing }) => processing > 0, 10_000);
    await killAndReplace(scene, platform.workers[0]);
  },
};
