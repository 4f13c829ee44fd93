import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadSettings } from '@darkroom/config';
import { DarkroomError } from '@darkroom/errors';
import { openPlatform, runProcess } from '@darkroom/platform';
import { NestFactory } from '@nestjs/core';
import { Decoders } from './processing/decoders.js';
import { WorkerModule } from './worker.module.js';

await runProcess(async () => {
  const decoder = readDecoder();
  const settings = loadSettings(undefined, { for: 'worker' });
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const platform = await openPlatform({ name: 'worker', version, settings });
  const decoders = await Decoders.open(settings, platform, decoder);
  const app = await NestFactory.createApplicationContext(WorkerModule.with(settings, platform, decoders), {
    logger: platform.nestLogger,
    abortOnError: false,
  });
  return {
    running: {
      close: async () => {
        await app.close();
        await decoders.close();
        await platform.close();
      },
    },
    drainMs: settings.shutdown.drainSeconds * 1000,
  };
});

/** `--decoder FILE` runs another program as the decoder: `npm run bench` measures the rest of the platform with it. */
function readDecoder(): string | undefined {
  try {
    return parseArgs({ options: { decoder: { type: 'string' } } }).values.decoder;
  } catch (error) {
    const given = JSON.stringify(process.argv.slice(2).join(' '));
    const message = `The worker takes no argument but --decoder FILE, got ${given}.`;
    throw new DarkroomError({ code: 'usage', status: 422, message, cause: error });
  }
}
