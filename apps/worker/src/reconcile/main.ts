import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '@darkroom/config';
import { openPlatform, type Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobQueue, QueueModule } from '@darkroom/queue';
import { isDarkroomError } from '@darkroom/errors';
import { NestFactory } from '@nestjs/core';
import { type CommandOptions, HELP, readOptions } from './command-options.js';
import { Reconciler, type Report } from './reconciler.js';
import { jsonReport, type Subjects, textReport } from './write-report.js';

/** Milliseconds that a worker's own run is waited for, and between two looks. */
const PATIENCE = 120_000;
const LOOK = 500;

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
async function command({ isRehearsal, isDueAlone, isJson, graceSeconds }: CommandOptions): Promise<number> {
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
      isRehearsal,
      storage: isDueAlone ? 'due' : 'all',
      signal: stop.signal,
      ...(graceSeconds !== undefined && { graceSeconds }),
      onAction: (action, subject) => {
        if (!subjects.has(action)) subjects.set(action, []);
        subjects.get(action)?.push(subject);
      },
    });
    // Linux and macOS: in KiB.
    const memory = { beforeBytes, peakBytes: process.resourceUsage().maxRSS * 1024 };
    if (isJson) say(jsonReport({ ...report, memory }, subjects, isRehearsal));
    else for (const line of textReport(report, subjects, isRehearsal)) say(line);
    return report.brokenOff.length === 0 ? 0 : 1;
  } finally {
    await app.close();
    await platform.close();
  }
}

/** Waits for its turn. @throws Error when somebody else has it for too long */
async function reconcile(
  platform: Platform,
  queue: JobQueue,
  options: Parameters<Reconciler['run']>[0],
): Promise<Report> {
  const reconciler = new Reconciler(platform, queue);
  for (const until = Date.now() + PATIENCE; Date.now() < until; await pause(LOOK)) {
    const report = await reconciler.run(options);
    if (report !== null) return report;
  }
  throw new Error('A worker reconciles for long already; try again later.');
}
