import { addAbortSignal, PassThrough, pipeline, type Readable } from 'node:stream';

/**
 * Hands a body out so that it breaks off with our error, not with the adapter's.
 *
 * @param translate - makes the error to break off with from the one that happened
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
  // The error reaches the reader through `guarded`; there is nobody else to tell.
  pipeline(body, guarded, () => {});
  return signal ? addAbortSignal(signal, guarded) : guarded;
}
