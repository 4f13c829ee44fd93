import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchPicture } from './pictures.js';
import { BenchPlatform, bodyOf, type StartCommand } from './platform.js';
import { cpuSeconds, processTree, type RunningProcess, shareOf } from './processes.js';
import { spread, type Spread } from './statistics.js';

/** The processes of one kind while nothing happens. */
export interface IdleRow {
  what: string;
  processes: number;
  /** Proportional memory in bytes. */
  bytes: number;
  /** Share of one core. */
  cpu: number;
}

export interface LaptopReport {
  picture: string;
  /** Seconds from the command to the line that Darkroom is ready, with an existing data folder. */
  warmStart: Spread;
  /** Before the first picture. */
  fresh: IdleRow[];
  /** After pictures, when the decoders have ended. */
  afterWork: IdleRow[];
  /** Milliseconds from the upload to `ready`: the first picture after idleness, the one that follows it, and the next. */
  first: Spread;
  second: Spread;
  third: Spread;
}

const WARM_STARTS = 10;
/** Seconds after which an idle decoder ends here. By default it is longer: see docs/settings.md. */
const DECODER_IDLE_SECONDS = 5;
/** Milliseconds in which the work of a start, or of a picture, ends. */
const SETTLE_MS = 5_000;
const WATCH_MS = { fresh: 60_000, afterWork: 30_000 };
const WORK_PICTURES = 24;
const PICTURE_ROUNDS = 7;

const KINDS: readonly [RegExp, string][] = [
  [/decoder-process/, 'decoders'],
  [/apps.worker/, 'worker'],
  [/apps.api/, 'api'],
  [/postgres/, 'PostgreSQL'],
  [/redis/, 'Redis'],
  [/watchdog/, 'watchdog'],
  [/^npm|^sh |start\.mjs/, 'npm, shell and start.mjs'],
  [/launch/, 'launcher'],
];

/**
 * Runs `npm start` as a user does: ten warm starts, memory and CPU while nothing happens, and the first picture after
 * idleness compared with those that follow.
 *
 * @returns null on systems other than Linux
 */
export async function laptopSuite(
  picture: BenchPicture,
  onProgress: (text: string) => void,
): Promise<LaptopReport | null> {
  if (process.platform !== 'linux') return null;
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const start = () => BenchPlatform.start(data, npmStart());
  let platform = await start();
  try {
    const seconds: number[] = [];
    while (seconds.length < WARM_STARTS) {
      await platform.interrupt();
      const began = performance.now();
      platform = await start();
      seconds.push((performance.now() - began) / 1000);
      onProgress(`laptop: warm start ${seconds.length} of ${WARM_STARTS}, ${seconds.at(-1)?.toFixed(2)} s`);
    }
    await pause(SETTLE_MS);
    onProgress('laptop: idle after the start');
    const fresh = await watch(platform.pid, WATCH_MS.fresh);
    const body = await bodyOf(picture);
    await Promise.all(Array.from({ length: WORK_PICTURES }, () => makeWhole(platform, body)));
    await untilIdle(platform.pid);
    onProgress('laptop: idle after pictures');
    const afterWork = await watch(platform.pid, WATCH_MS.afterWork);
    const rounds = await timePictures(platform, body, onProgress);
    const nth = (at: number) => spread(rounds.map((times) => times[at] ?? Number.NaN));
    return {
      picture: picture.name,
      warmStart: spread(seconds),
      fresh,
      afterWork,
      first: nth(0),
      second: nth(1),
      third: nth(2),
    };
  } finally {
    await platform.interrupt();
    await rm(data, { recursive: true, force: true });
  }
}

/** The command and the environment of a user's terminal: without the programs and variables of `npm run bench`. */
function npmStart(): StartCommand {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|INIT_CWD)/.test(name));
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return {
    program: 'npm',
    args: ['start'],
    hasOwnGroup: true,
    env: {
      ...Object.fromEntries(inherited),
      PATH: folders.filter((folder) => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter),
      DARKROOM_DECODER_IDLE_SECONDS: String(DECODER_IDLE_SECONDS),
    },
  };
}

/** Uploads a picture and waits for all its formats. */
async function makeWhole(platform: BenchPlatform, body: Buffer): Promise<void> {
  await platform.complete(await platform.upload(body));
}

/** Waits until no decoder is left, or as long as that should take. */
async function untilIdle(pid: number): Promise<void> {
  const deadline = performance.now() + DECODER_IDLE_SECONDS * 1000 + SETTLE_MS;
  const isDecoder = ({ command }: RunningProcess): boolean => kindOf(command) === 'decoders';
  while (performance.now() < deadline && (await processTree(pid)).some(isDecoder)) await pause(250);
}

/** @returns for each round, the milliseconds of three pictures, one after another */
async function timePictures(
  platform: BenchPlatform,
  body: Buffer,
  onProgress: (text: string) => void,
): Promise<number[][]> {
  const rounds: number[][] = [];
  while (rounds.length < PICTURE_ROUNDS) {
    await untilIdle(platform.pid);
    const times: number[] = [];
    while (times.length < 3) {
      const began = performance.now();
      const id = await platform.upload(body);
      await platform.ready(id);
      times.push(performance.now() - began);
      await platform.complete(id);
    }
    rounds.push(times);
    onProgress(`laptop: pictures after idleness, ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  }
  return rounds;
}

/** Memory now, and CPU over some time, by kind of process. */
async function watch(pid: number, milliseconds: number): Promise<IdleRow[]> {
  const processes = await processTree(pid);
  const began = performance.now();
  const before = await Promise.all(processes.map(({ pid: each }) => cpuSeconds(each)));
  await pause(milliseconds);
  const elapsed = (performance.now() - began) / 1000;
  const after = await Promise.all(
    processes.map(async ({ pid: each, command }, at) => ({
      kind: kindOf(command),
      bytes: await shareOf(each),
      cpu: (await cpuSeconds(each)) - (before[at] ?? 0),
    })),
  );
  return [...Map.groupBy(after, ({ kind }) => kind)].map(([what, group]) => ({
    what,
    processes: group.length,
    bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
    cpu: group.reduce((sum, { cpu }) => sum + Math.max(0, cpu), 0) / elapsed,
  }));
}

function kindOf(command: string): string {
  return KINDS.find(([pattern]) => pattern.test(command))?.[1] ?? 'other';
}
