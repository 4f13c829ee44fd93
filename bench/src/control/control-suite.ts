import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawJpeg } from '@darkroom/testing';
import { WARM_UP, sendThrough } from '../pipeline-suite.js';
import { BenchPlatform, formOf, launcher } from '../platform.js';
import { spread, type Spread } from '../statistics.js';
import { FurtherProcesses } from './further-processes.js';

export interface ControlRow {
  /** Processes of the api, and as many of the worker. */
  processes: number;
  /** Pictures per second, from the first byte of the first upload until the last picture is `ready`. */
  rate: Spread;
}

export interface ControlOptions {
  rounds: number;
  onProgress: (text: string) => void;
}

const PROCESSES = [1, 2, 4, 8];
/** Pictures per round. */
const COUNT = 2_000;
const UPLOADS = 32;
const WORKER = fileURLToPath(new URL('idle-worker.js', import.meta.url));

/**
 * Measures how many pictures a second the platform can coordinate: uploads of 20 kB, and workers whose decoders do
 * nothing. There is one PostgreSQL and one Redis; the processes of api and worker become more from row to row.
 */
export async function controlSuite({ rounds, onProgress }: ControlOptions): Promise<ControlRow[]> {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const settings = { DARKROOM_FORMATS: 'jpeg', DARKROOM_UPLOADS_PER_MINUTE: '0' };
  const platform = await BenchPlatform.start(data, launcher(settings, ['--worker', WORKER]));
  const further = new FurtherProcesses(data);
  try {
    const body = formOf(await drawJpeg({ width: 480, height: 360, quality: 80 }), 'image/jpeg');
    const rows: ControlRow[] = [];
    for (const processes of PROCESSES) {
      await further.grow(processes - 1, WORKER);
      platform.useAlso(further.origins);
      const rates: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        onProgress(`control, ${processes} of each process: round ${round} of ${rounds}`);
        const count = round === 0 ? processes * WARM_UP : COUNT;
        const { rate } = await sendThrough(platform, body, count, UPLOADS);
        if (round > 0) rates.push(rate);
      }
      rows.push({ processes, rate: spread(rates) });
    }
    return rows;
  } finally {
    await further.stop();
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}
