import type { Image } from '@darkroom/contracts';

/** Why a try ended without an answer that keeps the picture. */
export type UploadFaultKind =
  /** The line broke, or nothing answers. */
  | 'unreachable'
  /** The server asks to come again: too many calls, a service away, the first try still running. */
  | 'busy'
  /** Nobody is signed in. */
  | 'signed-out'
  /** The file is refused: another try would end the same. */
  | 'refused';

export class UploadFault extends Error {
  override readonly name = 'UploadFault';

  /**
   * @param message - one plain sentence
   * @param retryAfter - seconds that the server asks to wait; null where it does not say
   */
  constructor(
    readonly kind: UploadFaultKind,
    message: string,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

export interface UploadRequest {
  readonly file: File;
  /** `Idempotency-Key`: the same at every try of a file, so that no try keeps it twice. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** Told how many bytes of the file have left. */
  readonly onProgress: (sent: number) => void;
}

/**
 * Sends one file.
 *
 * @throws UploadFault; anything at all once `signal` has aborted
 */
export type UploadTransport = (request: UploadRequest) => Promise<Image>;
