// Measures what AWS cannot see from outside. It writes one line a minute in CloudWatch's embedded metric format, which
// CloudWatch Logs turns into metrics. So it calls only the api, and the host needs no permission for metrics.
//   node monitor.mjs NAMESPACE
import { readFile, statfs } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** @typedef {{ queued: number, failed: number, memory: number, disk: number }} Measured */

const EVERY_MS = 60_000;
/** Mount points of the system and the data. */
const DISKS = ['/', '/data'];
/** The token that may read the metrics, which the service `secrets` generates. */
const TOKEN = '/run/darkroom/metrics/token';
const WAITING = /^darkroom_queue_jobs\{state="(?:waiting|prioritized|delayed)"\} (\d+)$/gm;
const FAILED = /^darkroom_images\{status="(?:failed|quarantined)"\} (\d+)$/gm;

/** @param {string} page @param {RegExp} pattern */
const sum = (page, pattern) => [...page.matchAll(pattern)].reduce((all, [, count]) => all + Number(count), 0);

/**
 * Formats one line of the log.
 *
 * @param {string} namespace
 * @param {Partial<Measured>} measured - a missing value is left out and raises no alarm
 */
function line(namespace, measured) {
  const units = { QueuedJobs: 'Count', FailedPictures: 'Count', MemoryUsed: 'Percent', DiskUsed: 'Percent' };
  const { queued, failed, memory, disk } = measured;
  const values = { QueuedJobs: queued, FailedPictures: failed, MemoryUsed: memory, DiskUsed: disk };
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  const Metrics = known.map(([Name]) => ({ Name, Unit: units[Name] }));
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [[]], Metrics }];
  return JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...Object.fromEntries(known) });
}

/** @returns {Promise<{ queued?: number, failed?: number }>} waiting jobs and failed pictures */
async function ofApi() {
  try {
    const token = (await readFile(TOKEN, 'utf8')).trim();
    const answer = await fetch('http://api:8080/metrics', {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const page = await answer.text();
    return { queued: sum(page, WAITING), failed: sum(page, FAILED) };
  } catch (error) {
    console.error(`cannot read the metrics of the api: ${String(error)}`);
    return {};
  }
}

/** @returns {Promise<number>} percent of the host's memory that is not available */
async function memoryUsed() {
  const text = await readFile('/proc/meminfo', 'utf8');
  const kilobytes = (name) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1]);
  return Math.round(100 * (1 - kilobytes('MemAvailable') / kilobytes('MemTotal')));
}

/** @returns {Promise<number>} percent of the fuller disk */
async function diskUsed() {
  const shares = DISKS.map(async (path) => {
    const { blocks, bavail } = await statfs(path);
    return Math.round(100 * (1 - bavail / blocks));
  });
  return Math.max(...(await Promise.all(shares)));
}

/** @param {number | undefined} before @param {number | undefined} now */
const more = (before, now) =>
  before === undefined || now === undefined ? undefined : Math.max(0, now - before);

const [namespace = ''] = process.argv.slice(2);
let failedBefore;
for (;;) {
  const { queued, failed } = await ofApi();
  const newlyFailed = more(failedBefore, failed);
  failedBefore = failed ?? failedBefore;
  const [memory, disk] = await Promise.all([memoryUsed(), diskUsed()]);
  console.log(line(namespace, { queued, failed: newlyFailed, memory, disk }));
  await pause(EVERY_MS);
}
