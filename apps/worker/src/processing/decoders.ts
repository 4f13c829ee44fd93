import { tmpdir } from 'node:os';
import type { WorkerSettings } from '@darkroom/config';
import { createDecoderPool, type DecoderPool } from '@darkroom/imaging';
import type { Platform } from '@darkroom/platform';
import { WorkingFolder } from './working-folder.js';

/** The decoder processes of a worker, and the folder through which pictures go to them and variants come back. */
export class Decoders {
  readonly engine: DecoderPool;
  readonly #folder: WorkingFolder;

  private constructor(engine: DecoderPool, folder: WorkingFolder) {
    this.engine = engine;
    this.#folder = folder;
  }

  /** Absolute path; no file outside it reaches a decoder. */
  get folder(): string {
    return this.#folder.path;
  }

  /**
   * Opens as many decoders as the worker runs jobs at a time.
   *
   * @param processPath - another program than the decoder, for tests
   */
  static async open(
    { worker, limits }: WorkerSettings,
    { logger, metrics }: Pick<Platform, 'logger' | 'metrics'>,
    processPath?: string,
  ): Promise<Decoders> {
    const folder = await WorkingFolder.open(tmpdir());
    const engine = createDecoderPool({
      size: worker.concurrency,
      memoryLimitBytes: limits.maxMemory,
      folder: folder.path,
      onReplaced: (reason) => {
        metrics.decoderReplaced(reason);
        logger.info({ reason }, 'a decoder process was replaced');
      },
      // Libraries below libvips complain of pictures there, whose faults are told otherwise.
      onOutput: (text) => logger.debug({ text }, 'a decoder process has written'),
      ...(processPath === undefined ? {} : { processPath }),
    });
    logger.info({ network: !engine.isOffline }, 'decoder processes are open');
    return new Decoders(engine, folder);
  }

  /** Ends the processes and removes the folder. Call it when no job is left. */
  async close(): Promise<void> {
    await this.engine.close();
    await this.#folder.close();
  }
}
