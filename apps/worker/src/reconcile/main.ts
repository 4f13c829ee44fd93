import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '@darkroom/config';
import { openPlatform, type Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobQueue, QueueModule } from '@darkroom/queue';
import { doorError, isDarkroomError } from '@darkroom/errors';
import { NestFactory } from '@nestjs/core';
import { type CommandOptions, HELP, readOptions } from './command-options.js';
import { Reconciler, type Report } from './reconciler.js';
import { formatJsonReport, type Subjects, formatTextReport } from './write-report.js';

/** Milliseconds: how long to wait for a worker's run to end, and how often to try. */
const WAIT_LIMIT = 120_000;
const RETRY_EVERY = 500;

const say = (text: string) => process.stdout.write(`${text}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) say(HELP);
  else process.exitCode = await command(options);
} catch (error) {
  const text = error instanceof Error && !isDarkroomError(error) ? error.stack : messageOf(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @returns the exit code */
async function command({ isDryRun, isDueOnly, isJson, graceSeconds }: CommandOptions): Promise<number> {
  const settings = loadSettings(undefined, { for: 'worker' });
  const platform = await openPlatform({ name: 'reconcile', version: '', settings, isCommand: true });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const app = await NestFactory.createApplicationContext(QueueModule.forProducer(platform.broker), {
    logger: platform.nestLogger,
    abortOnError: false,
  });
  try {
    const subjects: Subjects = new Map();
    const beforeBytes = process.memoryUsage.rss();
    const report = await reconcile(platform, app.get<JobQueue>(JOB_QUEUE), {
      isDryRun,
      storage: isDueOnly ? 'due' : 'all',
      signal: stop.signal,
      ...(graceSeconds !== undefined && { graceSeconds }),
      onAction: (action, subject) => {
        if (!subjects.has(action)) subjects.set(action, []);
        subjects.get(action)?.push(subject);
      },
    });
    // Node reports maxRSS in KiB.
    const memory = { beforeBytes, peakBytes: process.resourceUsage().maxRSS * 1024 };
    if (isJson) say(formatJsonReport({ ...report, memory }, subjects, isDryRun));
    else for (const line of formatTextReport(report, subjects, isDryRun)) say(line);
    return report.brokenOff.length === 0 ? 0 : 1;
  } finally {
    await app.close();
    await platform.close();
  }
}

/** Waits until no other process reconciles. @throws DarkroomError `conflict` after two minutes */
async function reconcile(
  platform: Platform,
  queue: JobQueue,
  options: Parameters<Reconciler['run']>[0],
): Promise<Report> {
  const reconciler = new Reconciler(platform, queue);
  for (const until = Date.now() + WAIT_LIMIT; Date.now() < until; await pause(RETRY_EVERY)) {
    const report = await reconciler.run(options);
    if (report !== null) return report;
  }
  throw doorError('conflict', 'A worker has been reconciling for over two minutes. Try again later.');
}
