import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadSettings } from '@darkroom/config';
import { DarkroomError, isDarkroomError } from '@darkroom/errors';
import { launch, type LaunchOptions, type Platform } from './launch.js';
import type { Steps } from './steps.js';
import { formatWelcome } from './format-welcome.js';

export interface MainOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** The checkout: the default data folder is below it. */
  root: string;
  /**
   * `--api FILE` and `--worker FILE` run other programs as the services; `--reload` restarts them when they change;
   * `--bundled` runs the bundles (tools/bootstrap/bundle.mjs) instead of the compiled files.
   */
  arguments: string[];
  steps: Steps;
}

/** Milliseconds within which a second signal is the same request: npm forwards a Ctrl-C that the terminal sends too. */
const SAME_REQUEST = 1_000;

/**
 * Starts the platform and runs until it is told to stop, or until one of its processes ends.
 *
 * @returns the exit code
 */
export async function main(options: MainOptions): Promise<number> {
  // A closed terminal or pipe must not prevent an orderly shutdown.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const { steps } = options;
  const stopping = new AbortController();
  let platform: Platform | undefined;
  const requested = onStopRequest(() => {
    if (stopping.signal.aborted) {
      steps.line('Stopping without waiting for running jobs. They run again after the next start.');
      platform?.running.force();
    }
    stopping.abort();
  });
  try {
    const { entries, reload } = readArguments(options);
    const settings = loadSettings(options.environment, { for: 'launcher', base: options.root });
    platform = await launch({
      settings,
      environment: options.environment,
      entries,
      reload,
      web: findBuiltGallery(options.root),
      steps,
      signal: stopping.signal,
    });
    steps.line(formatWelcome(platform, settings));
    const sentence = await Promise.race([platform.running.broken, requested]);
    await stopPlatform(platform, steps, sentence);
    return sentence === undefined ? 0 : 1;
  } catch (error) {
    return reportError(error);
  }
}

function readArguments({ root, arguments: args }: MainOptions): Pick<LaunchOptions, 'entries' | 'reload'> {
  const { values } = parseArgs({
    args,
    options: {
      api: { type: 'string' },
      worker: { type: 'string' },
      reload: { type: 'boolean' },
      bundled: { type: 'boolean' },
    },
  });
  const folder = values.bundled === true ? 'bundle' : 'dist';
  const built = (app: string) => path.join(root, 'apps', app, folder, 'main.js');
  return {
    entries: { api: values.api ?? built('api'), worker: values.worker ?? built('worker') },
    reload: values.reload ?? false,
  };
}

function findBuiltGallery(root: string): string | undefined {
  const folder = path.join(root, 'apps', 'web', 'dist');
  return existsSync(path.join(folder, 'index.html')) ? folder : undefined;
}

/** Calls `onRequest` for every request to stop; resolves at the first one. */
function onStopRequest(onRequest: () => void): Promise<undefined> {
  return new Promise((resolve) => {
    let last = -Infinity;
    const receive = () => {
      const now = performance.now();
      if (now - last < SAME_REQUEST) return;
      last = now;
      onRequest();
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive);
    // `npm start` itself was killed.
    process.once('disconnect', receive);
  });
}

async function stopPlatform(platform: Platform, steps: Steps, sentence: string | undefined): Promise<void> {
  if (sentence !== undefined) process.stderr.write(`${sentence} See the log: ${platform.logFile}\n`);
  await steps.step(
    'Stopping',
    (progress) => platform.running.stop(progress),
    () => 'Stopped; all pictures are kept',
  );
}

function reportError(error: unknown): number {
  if (isDarkroomError(error, 'stopped')) {
    process.stdout.write(`${error.message}\n`);
    return 0;
  }
  // A DarkroomError prints only its sentence. Any other error is a bug and prints its stack.
  const text = error instanceof DarkroomError ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${String(text)}\n`);
  return 1;
}
