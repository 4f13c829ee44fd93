import type { Drill } from '../drill.js';
import { clock } from './clock-drill.js';
import { postgresCut, postgresRestart } from './postgres-drills.js';
import { allWorkersKill, apiKill, decoderKill, deploys, workerKill } from './process-drills.js';
import { reconcilerKill } from './reconciler-drill.js';
import { redisFlush, redisRefused, redisRestart } from './redis-drills.js';
import { diskFull, storageErrors, storageSlow } from './storage-drills.js';
import { storm } from './storm-drill.js';

/** Drills in the order in which they run. */
export const allDrills: readonly Drill[] = [
  workerKill,
  allWorkersKill,
  apiKill,
  decoderKill,
  redisFlush,
  redisRestart,
  redisRefused,
  postgresRestart,
  postgresCut,
  storageErrors,
  storageSlow,
  diskFull,
  deploys,
  clock,
  reconcilerKill,
  storm,
];
