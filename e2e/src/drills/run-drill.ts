import { inspect } from 'node:util';
import type { Audit } from './audit.js';
import { audit } from './audit.js';
import { type Drill, type Scale, Scene } from './drill.js';
import { drawPictures } from './drill-pictures.js';
import { DrillPlatform } from './drill-platform.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { findRemains, temporaryFiles } from './remains.js';
import { reconcileNow, sweepTemporary } from './reconcile-command.js';
import { Traffic } from './traffic.js';
import { Watch } from './watch.js';

export interface RunOptions {
  seed: number;
  /** Least number of pictures to upload. */
  count: number;
  scale: Scale;
  /** Settings of the platform in addition to the drill's, by variable. */
  settings?: Record<string, string>;
  say: (text: string) => void;
}

export interface DrillResult extends Audit {
  name: string;
  seconds: number;
  answered: number;
  retries: number;
  longestPauseSeconds: number;
  /** Retried calls, counted by status or `no answer`. */
  refusals: Record<string, number>;
  /** How often each fault was injected. */
  happened: Record<string, number>;
  passed: boolean;
}

/** Milliseconds without progress after which the drill stops waiting. */
const PATIENCE = 180_000;
/** Milliseconds beyond its planned length after which a drill is aborted. */
const OVERTIME = 900_000;
/** Uploads at the same time, see Traffic. */
const LANES = 6;

/** Runs one drill on a new platform, and compares the acknowledged uploads with the stored state. */
export async function runDrill(drill: Drill, options: RunOptions): Promise<DrillResult> {
  const started = performance.now();
  try {
    return { ...(await runOnPlatform(drill, options)), seconds: secondsSince(started) };
  } catch (error) {
    return { ...abortedResult(drill, error), seconds: secondsSince(started) };
  }
}

async function runOnPlatform(drill: Drill, options: RunOptions): Promise<Omit<DrillResult, 'seconds'>> {
  const platform = await DrillPlatform.open({
    ...drill.platform,
    settings: { ...drill.platform?.settings, ...options.settings },
  });
  try {
    const watch = new Watch(platform);
    const over = new AbortController();
    const scene = new Scene({
      platform,
      signal: over.signal,
      watch,
      ledger: new Ledger(),
      random: new Random(`${options.seed} ${drill.name}`),
      scale: options.scale,
      count: options.count,
      say: options.say,
    });
    try {
      const wasQuiet = await runUntilQuiet(drill, scene, { ...options, over });
      return await judge(drill, scene, wasQuiet);
    } finally {
      await watch.close();
    }
  } finally {
    await platform.close();
  }
}

/** @returns whether all work finished */
async function runUntilQuiet(
  drill: Drill,
  scene: Scene,
  { seed, scale, count, say, over }: RunOptions & { over: AbortController },
): Promise<boolean> {
  const { platform, ledger, watch } = scene;
  const timer = setTimeout(() => over.abort(), drill.lasts(scale) * 1000 + OVERTIME);
  const ticker = setInterval(() => say(describeState(scene)), 10_000);
  let isOver = false;
  const injectFaults = async (): Promise<void> => {
    await drill.faults(scene);
    isOver = true;
  };
  try {
    const traffic = new Traffic({
      platform,
      ledger,
      picture: await drawPictures(),
      count,
      isOver: () => isOver,
      seed: `${seed} ${drill.name}`,
      signal: over.signal,
      gap: (drill.lasts(scale) * 1000 * LANES) / count,
    });
    await Promise.all([traffic.run(), injectFaults()]);
    say(`all uploads are acknowledged; ${describeState(scene)}`);
    const wasQuiet = await watch.quiet(PATIENCE);
    await reconcileNow(platform);
    return (await watch.quiet(PATIENCE)) && wasQuiet;
  } finally {
    over.abort();
    clearTimeout(timer);
    clearInterval(ticker);
  }
}

function describeState({ ledger, watch, happened }: Scene): string {
  const { waiting, processing, incomplete } = watch.counts;
  const injected = Object.entries(happened).map(([what, times]) => `${what} ${times}`);
  return [
    `${ledger.count} acknowledged`,
    `${waiting} waiting`,
    `${processing} processing`,
    `${incomplete} without all variants`,
    ...injected,
  ].join(', ');
}

async function judge(
  drill: Drill,
  { platform, ledger, watch, scale, happened }: Scene,
  wasQuiet: boolean,
): Promise<Omit<DrillResult, 'seconds'>> {
  const remains = await findRemains(platform, watch.counts.removals);
  const codes = await platform.endAll();
  await sweepTemporary(platform);
  const found = audit(ledger.answered, { ...remains, temporary: await temporaryFiles(platform) });
  const findings = [
    ...ledger.faults,
    ...found.findings,
    ...findMissingFaults(drill.expects(scale), happened),
  ];
  if (!wasQuiet) findings.push(`work was left, but nothing happened for ${PATIENCE / 1000} s`);
  if (codes.some((code) => code !== 0)) findings.push(`services exited with ${codes.join(', ')}`);
  return {
    ...found,
    name: drill.name,
    answered: ledger.count,
    retries: ledger.retries,
    longestPauseSeconds: Math.round(watch.longestPause / 100) / 10,
    refusals: ledger.refusals,
    happened,
    findings,
    passed: findings.length === 0,
  };
}

/** The result of a drill that was aborted by an error. */
function abortedResult({ name }: Drill, error: unknown): Omit<DrillResult, 'seconds'> {
  return {
    name,
    ...audit([], { images: [], stored: [], temporary: [], jobs: 0, deletions: 0 }),
    answered: 0,
    retries: 0,
    longestPauseSeconds: 0,
    refusals: {},
    happened: {},
    findings: [`the drill was aborted: ${inspect(error)}`],
    passed: false,
  };
}

/** Names expected faults that did not happen: without them, the drill proves nothing. */
function findMissingFaults(expected: Record<string, number>, happened: Record<string, number>): string[] {
  return Object.entries(expected)
    .filter(([what, times]) => (happened[what] ?? 0) < times)
    .map(
      ([what, times]) =>
        `the fault did not happen: ${what}: expected at least ${times}, got ${happened[what] ?? 0}`,
    );
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}
