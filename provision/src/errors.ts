/** Reasons that stop a run. Callers decide by them. */
export type FaultCode =
  /** The command does not accept an option or a value. */
  | 'usage'
  /** An object has our name but not our tags. */
  | 'foreign'
  /** Two objects have the same identity. */
  | 'duplicate'
  /** Another run holds the lock of the stack. */
  | 'locked'
  /** A wait has reached its limit. */
  | 'timeout'
  /** The account or the region does not fit this command. */
  | 'unfit'
  /** AWS refused a call. */
  | 'aws'
  /** Ctrl-C. */
  | 'cancelled';

/** An error of the provisioner. Only its message is printed, without a stack trace. */
export class ProvisionFault extends Error {
  override readonly name = 'ProvisionFault';
  readonly code: FaultCode;

  /** @param message - what happened, and what to do about it */
  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** True for a fault of the provisioner with this code. */
export function isFault(error: unknown, code: FaultCode): error is ProvisionFault {
  return error instanceof ProvisionFault && error.code === code;
}
