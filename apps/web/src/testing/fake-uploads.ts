import type { Image } from '@darkroom/contracts';
import { UploadFault, type UploadFaultKind, type UploadRequest } from '../uploads/upload-transport.js';
import { UploadQueue, type NewUpload, type Upload } from '../uploads/upload-queue.js';
import { createImage } from './create-image.js';

interface Try extends UploadRequest {
  succeed(): Promise<void>;
  fail(kind: UploadFaultKind, retryAfter?: number): Promise<void>;
}

/** A queue with a transport and a clock that the test controls. */
export function createFakeUploads() {
  const tries: Try[] = [];
  const kept: [Image, Upload][] = [];
  const timers: { at: number; work: () => void }[] = [];
  let now = 0;
  let keys = 0;

  const queue = new UploadQueue({
    transport: (request) =>
      new Promise((resolve, reject) => {
        const settled = () => new Promise<void>((done) => void setTimeout(done, 0));
        tries.push({
          ...request,
          succeed: () => {
            resolve(createImage(tries.length, { filename: request.file.name }));
            return settled();
          },
          fail: (kind, retryAfter) => {
            reject(new UploadFault(kind, `It is ${kind}.`, retryAfter ?? null));
            return settled();
          },
        });
      }),
    clock: {
      now: () => now,
      after: (milliseconds, work) => {
        const timer = { at: now + milliseconds, work };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
      random: () => 0.5,
    },
    newKey: () => `key-${(keys += 1)}`,
    onKept: (image, upload) => kept.push([image, upload]),
  });

  return {
    queue,
    tries,
    kept,
    states: () => queue.uploads.value.map(({ state }) => state),
    /** Advances the clock by milliseconds. */
    pass(milliseconds: number): void {
      now += milliseconds;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.work();
      }
    },
  };
}

/** Files of 1,000 bytes each. */
export function createUploads(count: number, refusal: string | null = null): NewUpload[] {
  return Array.from({ length: count }, (_, index) => ({
    file: new File([new Uint8Array(1000)], `photo-${index + 1}.jpg`),
    preview: null,
    aspect: null,
    refusal,
  }));
}
