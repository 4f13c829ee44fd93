import { addAbortSignal, PassThrough, pipeline, type Readable } from 'node:stream';

/**
 * Wraps a body so that it fails with our error instead of the adapter's.
 *
 * @param translate - converts the adapter's error
 * @param signal - destroys the body with an `AbortError`
 */
export function guardedBody(
  body: Readable,
  translate: (error: unknown) => Error,
  signal?: AbortSignal,
): Readable {
  if (signal?.aborted) {
    body.destroy();
    throw signal.reason;
  }
  const guarded = new PassThrough({
    destroy(error, callback) {
      callback(error === null ? null : translate(error));
    },
  });
  // The error reaches the reader through `guarded`; no one else needs it.
  pipeline(body, guarded, () => {});
  return signal ? addAbortSignal(signal, guarded) : guarded;
}
