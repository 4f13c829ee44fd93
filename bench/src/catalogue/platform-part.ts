import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Catalogue } from '@darkroom/catalogue';
import { queryDatabase } from '@darkroom/testing';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import { BenchPlatform, launcher } from '../platform.js';
import { Arrivals } from './arrivals.js';

export interface PlatformPart {
  /** Milliseconds from the commit of `ready` to its event, over all listeners of the owner. */
  events: LatencySummary;
  listeners: number;
  /** Seconds of a run of the reconciler that has nothing to do. */
  reconcileSeconds: number;
}

const LISTENERS = 1_000;
const PER_SECOND = 50;
/** Pictures of the listeners' owner per second. Each is about three events to each of the listeners. */
const HEARD_PER_SECOND = 1;
/** The owner of everything while access is open. */
const OPEN_OWNER = 'owner';

/** Runs api and workers on the catalogue, with 1,000 event streams, while pictures arrive. */
export async function measurePlatform(url: string, seconds: number): Promise<PlatformPart> {
  await markCompared(url);
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const platform = await BenchPlatform.start(data, launcher({ DATABASE_URL: url }));
  const catalogue = new Catalogue({ url });
  try {
    const reconcileSeconds = await reconcile(data);
    const listening = new Listening(platform.origin);
    await listening.open();
    const others = new Arrivals(catalogue, PER_SECOND - HEARD_PER_SECOND);
    const heard = new Arrivals(catalogue, HEARD_PER_SECOND, () => OPEN_OWNER);
    heard.onReady = (id) => listening.committed(id);
    await pause(seconds * 1_000);
    await Promise.all([others.stop(), heard.stop()]);
    listening.close();
    return { events: listening.summary(), listeners: LISTENERS, reconcileSeconds };
  } finally {
    await catalogue.close();
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/** No picture has files here, so a comparison with storage would report all of them as lost. */
async function markCompared(url: string): Promise<void> {
  await queryDatabase(
    url,
    `update reconciler set compare_after = null, compare_until = null, compared_all_at = now(),
       compared_until = (select id from images order by id desc limit 1)`,
  );
}

/** Event streams of one owner, read without parsing whole events. */
class Listening {
  readonly #origin: string;
  readonly #agent = new Agent({ maxSockets: Infinity });
  readonly #committed = new Map<string, number>();
  /** An event may arrive before the commit's own answer. */
  readonly #heard: { id: string; at: number }[] = [];

  constructor(origin: string) {
    this.#origin = origin;
  }

  committed(id: string): void {
    this.#committed.set(id, performance.now());
  }

  summary(): LatencySummary {
    const latencies = new Latencies();
    for (const { id, at } of this.#heard) {
      const committed = this.#committed.get(id);
      if (committed !== undefined) latencies.add(Math.max(0, at - committed));
    }
    return latencies.summary();
  }

  async open(): Promise<void> {
    await Promise.all(Array.from({ length: LISTENERS }, () => this.#listen()));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #listen(): Promise<void> {
    const heard = new Set<string>();
    await new Promise<void>((resolve, reject) => {
      get(`${this.#origin}/api/events`, { agent: this.#agent }, (response) => {
        let rest = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const blocks = (rest + chunk).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) this.#hear(block, heard);
        });
        // The streams break when the measurement ends.
        response.once('error', () => undefined);
        resolve();
      }).once('error', reject);
    });
  }

  #hear(block: string, heard: Set<string>): void {
    const id = /"id":"([0-9a-f-]{36})","status":"ready"/.exec(block)?.[1];
    if (id === undefined || heard.has(id)) return;
    heard.add(id);
    this.#heard.push({ id, at: performance.now() });
  }
}

/** The first run may have work that starting the platform has left, so the second is measured. */
async function reconcile(data: string): Promise<number> {
  const environment = JSON.parse(await readFile(join(data, 'environment.json'), 'utf8')) as Record<
    string,
    string
  >;
  const program = fileURLToPath(new URL('../../../apps/worker/dist/reconcile/main.js', import.meta.url));
  let milliseconds = 0;
  for (let run = 1; run <= 2; run += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--due', '--json'], {
      env: { ...process.env, ...environment },
    });
    milliseconds = (JSON.parse(stdout) as { milliseconds: number }).milliseconds;
  }
  return milliseconds / 1_000;
}
