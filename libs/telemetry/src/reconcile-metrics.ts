import { Counter, Gauge, type Registry } from 'prom-client';

export interface ReconcileMeasurement {
  /** How many times it did each action. */
  counts: Readonly<Record<string, number>>;
  /** Names of the steps that failed. */
  brokenOff: readonly string[];
  /** Duration of the run in seconds. */
  seconds: number;
}

export interface ReconcileMetrics {
  /** Records the end of a run. */
  reconciled(run: ReconcileMeasurement): void;
}

export function createReconcileMetrics(registry: Registry): ReconcileMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: 'darkroom_reconcile_runs_total',
    help: 'Runs of the reconciler in this process, by outcome; partial: a step failed.',
    labelNames: ['outcome'],
    registers,
  });
  const actions = new Counter({
    name: 'darkroom_reconcile_actions_total',
    help: 'What the reconciler has repaired or counted, by action.',
    labelNames: ['action'],
    registers,
  });
  const brokenOff = new Counter({
    name: 'darkroom_reconcile_broken_off_total',
    help: 'Steps of the reconciler that failed, by step.',
    labelNames: ['step'],
    registers,
  });
  const duration = new Gauge({
    name: 'darkroom_reconcile_duration_seconds',
    help: 'Duration in seconds of the last run in this process.',
    registers,
  });
  const last = new Gauge({
    name: 'darkroom_reconcile_last_run_timestamp_seconds',
    help: 'Unix time in seconds at which the last complete run in this process ended; any worker can do a run.',
    registers,
  });
  return {
    reconciled(run) {
      const isWhole = run.brokenOff.length === 0;
      runs.inc({ outcome: isWhole ? 'whole' : 'partial' });
      for (const [action, count] of Object.entries(run.counts)) actions.inc({ action }, count);
      for (const step of run.brokenOff) brokenOff.inc({ step });
      duration.set(run.seconds);
      if (isWhole) last.setToCurrentTime();
    },
  };
}
