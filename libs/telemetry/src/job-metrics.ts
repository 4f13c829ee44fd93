import { Counter, Histogram, type Registry } from 'prom-client';

export interface JobMeasurement {
  name: string;
  /** `failed`: the job will be tried again. `lost`: it will not. */
  outcome: 'completed' | 'failed' | 'lost';
  /** Seconds the handler ran. */
  seconds: number;
}

export interface JobMetrics {
  /** A handler has ended. */
  jobEnded(job: JobMeasurement): void;
  /** A job has started, this many seconds after it was due. */
  jobStarted(name: string, waitSeconds: number): void;
  /** A picture ended `failed` or `quarantined` with this code. */
  imageFailed(code: string): void;
  /** A decoder process was replaced, for this reason. */
  decoderReplaced(reason: string): void;
}

const RUN_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
// Jobs wait minutes in a burst of uploads, and hours while no worker runs.
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

export function createJobMetrics(registry: Registry): JobMetrics {
  const registers = [registry];
  const jobs = new Counter({
    name: 'darkroom_jobs_total',
    help: 'Tries of jobs that ended, by outcome.',
    labelNames: ['name', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'darkroom_job_duration_seconds',
    help: 'Seconds a handler ran.',
    labelNames: ['name'],
    buckets: RUN_SECONDS,
    registers,
  });
  const wait = new Histogram({
    name: 'darkroom_job_wait_seconds',
    help: 'Seconds a job waited for a worker.',
    labelNames: ['name'],
    buckets: WAIT_SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'darkroom_image_failures_total',
    help: 'Pictures that ended failed or quarantined, by code.',
    labelNames: ['code'],
    registers,
  });
  const replacements = new Counter({
    name: 'darkroom_decoder_replacements_total',
    help: 'Decoder processes that were replaced, by reason.',
    labelNames: ['reason'],
    registers,
  });
  return {
    jobEnded({ name, outcome, seconds }) {
      jobs.inc({ name, outcome });
      duration.observe({ name }, seconds);
    },
    // The clocks of two machines can differ: a negative wait counts as zero.
    jobStarted: (name, waitSeconds) => wait.observe({ name }, Math.max(0, waitSeconds)),
    imageFailed: (code) => failures.inc({ code }),
    decoderReplaced: (reason) => replacements.inc({ reason }),
  };
}
