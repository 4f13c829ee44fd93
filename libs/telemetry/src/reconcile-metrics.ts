import { Counter, Gauge, type Registry } from 'prom-client';

export interface ReconcileMeasurement {
  /** How often it did what. */
  counts: Readonly<Record<string, number>>;
  /** Names of the steps that broke off. */
  brokenOff: readonly string[];
  /** Seconds that the run took. */
  seconds: number;
}

export interface ReconcileMetrics {
  /** A run of the reconciler has ended. */
  reconciled(run: ReconcileMeasurement): void;
}

export function createReconcileMetrics(registry: Registry): ReconcileMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: 'darkroom_reconcile_runs_total',
    help: 'Runs of the reconciler in this process, by outcome; partial: a step broke off.',
    labelNames: ['outcome'],
    registers,
  });
  const actions = new Counter({
    name: 'darkroom_reconcile_actions_total',
    help: 'What the reconciler has put right, or counted, by action.',
    labelNames: ['action'],
    registers,
  });
  const brokenOff = new Counter({
    name: 'darkroom_reconcile_broken_off_total',
    help: 'Steps of the reconciler that broke off, by step.',
    labelNames: ['step'],
    registers,
  });
  const duration = new Gauge({
    name: 'darkroom_reconcile_duration_seconds',
    help: 'Seconds that the last run in this process took.',
    registers,
  });
  const last = new Gauge({
    name: 'darkroom_reconcile_last_run_timestamp_seconds',
    help: 'When the last whole run in this process ended, in seconds since 1970; runs go to any of the workers.',
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
