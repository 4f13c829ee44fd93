/** What stops a run, as codes that callers decide by. */
export type FaultCode =
  /** An option or a value that the command does not take. */
  | 'usage'
  /** An object has our name and is not tagged as ours. */
  | 'foreign'
  /** Two objects have one identity. */
  | 'duplicate'
  /** Another run holds the lock of the stack. */
  | 'locked'
  /** What was waited for did not come within its limit. */
  | 'timeout'
  /** The account cannot take the stack as it is asked for. */
  | 'unfit'
  /** AWS refused a call. */
  | 'aws'
  /** Ctrl-C. */
  | 'cancelled';

/** The error of the provisioner: printed as it stands, without a stack. */
export class ProvisionFault extends Error {
  override readonly name = 'ProvisionFault';
  readonly code: FaultCode;

  /** @param message - what happened, and what to do about it */
  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Tells whether `error` is a fault of the provisioner with this code. */
export function isFault(error: unknown, code: FaultCode): error is ProvisionFault {
  return error instanceof ProvisionFault && error.code === code;
}
