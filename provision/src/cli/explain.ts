import { isAwsError, probableCause } from '../aws/aws-errors.js';
import { ProvisionFault } from '../errors.js';

/** Explains one failure in a few sentences. */
export function explain(error: unknown): string {
  if (error instanceof ProvisionFault) return error.message;
  if (!(error instanceof Error)) return String(error);
  const message = isAwsError(error) ? `AWS says ${error.name}: ${error.message}` : error.message;
  const cause = probableCause(error);
  return cause === undefined ? message : `${message}\n  ${cause}`;
}
