import { tmpdir } from 'node:os';
import type { WorkerSettings } from '@darkroom/config';
import { createDecoderPool, type DecoderPool } from '@darkroom/imaging';
import type { Platform } from '@darkroom/platform';
import { WorkingFolder } from './working-folder.js';

/** A worker's decoder processes, and the folder where they read originals and write variants. */
export class Decoders {
  readonly engine: DecoderPool;
  readonly #folder: WorkingFolder;

  private constructor(engine: DecoderPool, folder: WorkingFolder) {
    this.engine = engine;
    this.#folder = folder;
  }

  /** Absolute path. Decoders read no file outside it. */
  get folder(): string {
    return this.#folder.path;
  }

  /**
   * Opens one decoder for each job that the worker runs at a time.
   *
   * @param processPath - a program to run instead of the decoder, for tests
   */
  static async open(
    { worker, limits, heicDecoder }: WorkerSettings,
    { logger, metrics }: Pick<Platform, 'logger' | 'metrics'>,
    processPath?: string,
  ): Promise<Decoders> {
    const folder = await WorkingFolder.open(tmpdir());
    const heicDecoders = new Set<string>();
    const engine = createDecoderPool({
      size: worker.concurrency,
      ...(worker.decoderIdleSeconds === 0 ? {} : { idleMs: worker.decoderIdleSeconds * 1000 }),
      memoryLimitBytes: limits.maxMemory,
      folder: folder.path,
      onReplaced: (reason) => {
        metrics.decoderReplaced(reason);
        logger.info({ reason }, 'a decoder process was replaced');
      },
      heicDecoder,
      onHeicDecoder: ({ decoder, failure }) => {
        if (failure !== undefined)
          logger.warn({ decoder, failure }, 'a HEIC is decoded by WebAssembly instead');
        // The libraries of a machine do not change, so once is enough.
        if (!heicDecoders.has(decoder)) logger.info({ decoder }, 'HEIC is decoded');
        heicDecoders.add(decoder);
      },
      // Libraries below libvips write warnings about pictures there. The job reports the picture's real error.
      onOutput: (text) => logger.debug({ text }, 'output of a decoder process'),
      ...(processPath === undefined ? {} : { processPath }),
    });
    logger.info({ network: !engine.isOffline }, 'decoder processes are open');
    return new Decoders(engine, folder);
  }

  /** Ends the processes and removes the folder. Call it when no job is in flight. */
  async close(): Promise<void> {
    await this.engine.close();
    await this.#folder.close();
  }
}
