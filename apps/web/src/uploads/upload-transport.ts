import type { Image } from '@darkroom/contracts';

/** Why a try failed. */
export type UploadFaultKind =
  /** The connection was lost, or the server does not respond. */
  | 'unreachable'
  /** The server asks to retry this file later: a service is down, or the first try is still running. */
  | 'busy'
  /** The server accepts no upload for a while: there were too many, or too many pictures wait to be processed. */
  | 'throttled'
  /** The session has ended. */
  | 'signed-out'
  /** The file is refused; a retry would not help. */
  | 'refused';

export class UploadFault extends Error {
  override readonly name = 'UploadFault';

  /**
   * @param message - one plain sentence
   * @param retryAfter - seconds that the server asks to wait; null if it does not
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
  /** Form fields sent with the file. */
  readonly fields: Readonly<Record<string, string>>;
  /** `Idempotency-Key`, the same for all tries of a file, so that it is stored only once. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** Called with the number of bytes sent. */
  readonly onProgress: (sent: number) => void;
}

/**
 * Sends one file.
 *
 * @throws UploadFault; any error after `signal` has aborted
 */
export type UploadTransport = (request: UploadRequest) => Promise<Image>;
