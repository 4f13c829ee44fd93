import { inspect } from 'node:util';
import type { Audit } from './audit.js';
import { audit } from './audit.js';
import { type Drill, type Scale, Scene } from './drill.js';
import { drawPictures } from './drill-pictures.js';
import { DrillPlatform } from './drill-platform.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { findRemains, temporaryFiles } from './remains.js';
import { sweepAtOnce, sweepTemporary } from './reconcile-command.js';
import { Traffic } from './traffic.js';
import { Watch } from './watch.js';

export interface RunOptions {
  seed: number;
  /** Pictures that are uploaded. */
  count: number;
  scale: Scale;
  /** Settings of the platform beside the drill's, by their variable. */
  settings?: Record<string, string>;
  say: (text: string) => void;
}

export interface DrillResult extends Audit {
  name: string;
  seconds: number;
  answered: number;
  retries: number;
  longestPauseSeconds: number;
  /** Calls that were sent again, by what came instead of an answer. */
  refusals: Record<string, number>;
  /** What went wrong on purpose, and how often. */
  happened: Record<string, number>;
  passed: boolean;
}

/** Milliseconds without any progress after which nobody waits any longer. */
const PATIENCE = 180_000;
/** Milliseconds beyond its planned length after which a drill is called off. */
const OVERTIME = 900_000;
/** Uploads at a time, see Traffic. */
const LANES = 6;

/** Runs one drill on a platform of its own, and compares what was answered with what is there. */
export async function runDrill(drill: Drill, options: RunOptions): Promise<DrillResult> {
  const started = performance.now();
  try {
    return { ...(await runOnPlatform(drill, options)), seconds: secondsSince(started) };
  } catch (error) {
    return { ...brokenOff(drill, error), seconds: secondsSince(started) };
  }
}

async function runOnPlatform(drill: Drill, options: RunOptions): Promise<Omit<DrillResult, 'seconds'>> {
  const platform = await DrillPlatform.open({
    ...drill.platform,
    settings: { ...drill.platform?.settings, ...options.settings },
  });
  try {
    const watch = new Watch(platform);
    const scene = new Scene({
      platform,
      watch,
      ledger: new Ledger(),
      random: new Random(`${options.seed} ${drill.name}`),
      scale: options.scale,
      count: options.count,
      say: options.say,
    });
    try {
      const wasQuiet = await runUntilQuiet(drill, scene, options);
      return await judge(drill, scene, wasQuiet);
    } finally {
      await watch.close();
    }
  } finally {
    await platform.close();
  }
}

/** @returns whether everything came to rest */
async function runUntilQuiet(
  drill: Drill,
  scene: Scene,
  { seed, scale, count, say }: RunOptions,
): Promise<boolean> {
  const { platform, ledger, watch } = scene;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), drill.lasts(scale) * 1000 + OVERTIME);
  const ticker = setInterval(() => say(standing(scene)), 10_000);
  try {
    const traffic = new Traffic({
      platform,
      ledger,
      picture: await drawPictures(),
      count,
      seed: `${seed} ${drill.name}`,
      signal: over.signal,
      gap: (drill.lasts(scale) * 1000 * LANES) / count,
    });
    await Promise.all([traffic.run(), drill.faults(scene)]);
    say(`all uploads are answered; ${standing(scene)}`);
    const wasQuiet = await watch.quiet(PATIENCE);
    await sweepAtOnce(platform);
    return (await watch.quiet(PATIENCE)) && wasQuiet;
  } finally {
    over.abort();
    clearTimeout(timer);
    clearInterval(ticker);
  }
}

function standing({ ledger, watch, happened }: Scene): string {
  const { waiting, processing, incomplete } = watch.standing;
  const blows = Object.entries(happened).map(([what, times]) => `${what} ${times}`);
  return [
    `${ledger.count} answered`,
    `${waiting} waiting`,
    `${processing} in hand`,
    `${incomplete} without all variants`,
    ...blows,
  ].join(', ');
}

async function judge(
  drill: Drill,
  { platform, ledger, watch, scale, happened }: Scene,
  wasQuiet: boolean,
): Promise<Omit<DrillResult, 'seconds'>> {
  const remains = await findRemains(platform, watch.standing.removals);
  const codes = await platform.endAll();
  await sweepTemporary(platform);
  const found = audit(ledger.answered, { ...remains, temporary: await temporaryFiles(platform) });
  const findings = [...ledger.faults, ...found.findings, ...absent(drill.expects(scale), happened)];
  if (!wasQuiet) findings.push(`nothing more happened for ${PATIENCE / 1000} s`);
  if (codes.some((code) => code !== 0)) findings.push(`services ended with ${codes.join(', ')}`);
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

/** What is told of a drill that could not be carried through. */
function brokenOff({ name }: Drill, error: unknown): Omit<DrillResult, 'seconds'> {
  return {
    name,
    ...audit([], { images: [], stored: [], temporary: [], jobs: 0, deletions: 0 }),
    answered: 0,
    retries: 0,
    longestPauseSeconds: 0,
    refusals: {},
    happened: {},
    findings: [`it broke off: ${inspect(error)}`],
    passed: false,
  };
}

/** A fault that did not happen proves nothing. */
function absent(expected: Record<string, number>, happened: Record<string, number>): string[] {
  return Object.entries(expected)
    .filter(([what, times]) => (happened[what] ?? 0) < times)
    .map(([what, times]) => `the fault did not happen: ${what} ${happened[what] ?? 0} times, not ${times}`);
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}
