import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HeicDecoder } from '@darkroom/imaging';
import type { BenchPicture } from './pictures.js';

/** How a lane processes pictures. Each lane has a separate process, because sharp's settings are per process. */
export type LaneKind = 'engine' | 'isolation' | 'plain' | 'limit';

export interface LaneJob {
  picture: BenchPicture;
  /** Formats of the four sizes. */
  formats: ('jpeg' | 'webp' | 'avif')[];
  /** Whether the engine decodes the picture again for each further format, as after a backlog. */
  later?: boolean;
  /** Pictures in this round. */
  count: number;
  /** Pictures in flight at the same time. */
  inFlight: number;
}

export interface LaneResult {
  picturesPerSecond: number;
  /** What decoded the HEIC. */
  heicDecoder?: string;
}

export class Lane {
  readonly kind: LaneKind;
  readonly #child: ChildProcess;

  /** @param heicDecoder - what may decode HEIC; `auto` by default */
  constructor(kind: LaneKind, heicDecoder: HeicDecoder = 'auto') {
    this.kind = kind;
    this.#child = fork(fileURLToPath(new URL('lane-process.js', import.meta.url)), [kind, heicDecoder], {
      // As in the worker: one libuv thread for each picture in flight, and at least libuv's default of 4.
      env: { UV_THREADPOOL_SIZE: '4' },
    });
  }

  /** Runs one round. @throws Error when the lane's process died or failed */
  async run(job: LaneJob): Promise<LaneResult> {
    const answer = once(this.#child, 'message').then(
      ([message]) => message as LaneResult | { error: string },
    );
    const died = once(this.#child, 'exit').then(() => {
      throw new Error(`the ${this.kind} lane ended while it processed ${job.picture.name}`);
    });
    this.#child.send(job);
    const result = await Promise.race([answer, died]);
    if ('error' in result) throw new Error(`${this.kind}: ${result.error}`);
    return result;
  }

  close(): void {
    this.#child.disconnect();
  }
}
