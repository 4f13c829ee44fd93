import { loadSettings } from '@darkroom/config';
import { jobs } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { IDLE_SECONDS } from './reconciler.js';

it('finds a picture without a job within a minute, though every slot of the workers has one in hand', () => {
  const { limits } = loadSettings({ DATABASE_URL: 'postgres://nobody@127.0.0.1/none' }, { for: 'worker' });
  const seconds = IDLE_SECONDS + jobs.reconcile.every / 1000 + limits.timeoutSeconds;
  expect(seconds).toBeLessThan(60);
});
