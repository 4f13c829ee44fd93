import { loadSettings } from '@darkroom/config';
import { jobs } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { IDLE_SECONDS } from './reconciler.js';

it('finds a picture without a job within a minute, even while every slot of the workers is busy', () => {
  const { limits } = loadSettings({ DATABASE_URL: 'postgres://ada@127.0.0.1/none' }, { for: 'worker' });
  const seconds = IDLE_SECONDS + jobs.reconcile.every / 1000 + limits.timeoutSeconds;
  expect(seconds).toBeLessThan(60);
});
