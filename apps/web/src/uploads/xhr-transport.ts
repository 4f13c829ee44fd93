import type { Image, UploadAnswer } from '@darkroom/contracts';
import { faultOf } from '../api/problem.js';
import { text } from '../text/en.js';
import { UploadFault, type UploadRequest } from './upload-transport.js';

/** Milliseconds without progress before the connection counts as lost: a phone without network reports no error. */
const STALLED_AFTER = 45_000;
/** The same after all bytes are sent, while the server may still be writing. */
const ANSWER_WITHIN = 120_000;

/**
 * Sends a file with XMLHttpRequest. No other API reports upload progress in every browser.
 *
 * @throws UploadFault
 */
export function sendByXhr({ file, fields, key, signal, onProgress }: UploadRequest): Promise<Image> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const broken = () => reject(new UploadFault('unreachable', text.upload.retrying));
    const watchdog = createWatchdog(() => xhr.abort());
    xhr.open('POST', '/api/images');
    xhr.setRequestHeader('Idempotency-Key', key);
    xhr.upload.addEventListener('progress', ({ loaded, total }) => {
      watchdog.feed(loaded < total ? STALLED_AFTER : ANSWER_WITHIN);
      // `loaded` includes the form around the file.
      onProgress(Math.min(file.size, loaded));
    });
    xhr.addEventListener('error', broken);
    xhr.addEventListener('abort', broken);
    xhr.addEventListener('load', () => {
      try {
        resolve(readAnswer(xhr));
      } catch (error) {
        reject(error);
      }
    });
    xhr.addEventListener('loadend', () => watchdog.stop());
    signal.addEventListener('abort', () => xhr.abort());
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file, file.name);
    watchdog.feed(STALLED_AFTER);
    xhr.send(form);
  });
}

function readAnswer(xhr: XMLHttpRequest): Image {
  if (xhr.status >= 200 && xhr.status < 300) {
    const { items, rejected } = JSON.parse(xhr.responseText) as UploadAnswer;
    const [image] = items;
    if (image !== undefined) return image;
    throw new UploadFault('refused', rejected[0]?.message ?? text.upload.unsupported);
  }
  const retryAfter = xhr.getResponseHeader('retry-after');
  const { code, message, retryAfter: seconds } = faultOf(xhr.status, xhr.responseText, retryAfter);
  switch (code) {
    case 'unauthorized':
      throw new UploadFault('signed-out', text.upload.held);
    case 'rate_limited':
      throw new UploadFault('throttled', text.upload.limited, seconds);
    case 'too_much_waiting':
      throw new UploadFault('throttled', text.upload.full, seconds);
    case 'unavailable':
    case 'internal':
      throw new UploadFault('busy', text.upload.busy, seconds);
    case 'conflict':
      // With Retry-After, the first try is still running. Without it, the key belongs to another file.
      throw new UploadFault(seconds === null ? 'refused' : 'busy', message, seconds);
    default:
      throw new UploadFault('refused', message, seconds);
  }
}

function createWatchdog(bark: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  return {
    stop,
    feed(milliseconds: number): void {
      stop();
      timer = setTimeout(bark, milliseconds);
    },
  };
}
