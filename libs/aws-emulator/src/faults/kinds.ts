import { AwsFault } from '../wire/aws-fault.js';
import type { Call } from '../wire/call.js';

/** What a caller gets instead of its answer: an error, a gateway's page, a closed connection, or nothing. */
export type Damage = AwsFault | 'html-500' | 'cut' | 'silence';

/** Creates the damage for a call, in the format of its service. */
export type FaultKind = (call: Call) => Damage;

/** Too many calls. Each service has its own code (SOURCES.md, S2). */
export function throttled(): FaultKind {
  return ({ protocol }) => {
    if (protocol === 'ec2') return new AwsFault('RequestLimitExceeded', 'Request limit exceeded.', 503);
    if (protocol === 's3') return new AwsFault('SlowDown', 'Please reduce your request rate.', 503);
    if (protocol === 'query') return new AwsFault('Throttling', 'Rate exceeded');
    return new AwsFault('ThrottlingException', 'Rate exceeded');
  };
}

/** The service fails. SDKs retry the call (SOURCES.md, S3). */
export function serverError(status: 500 | 503 = 500): FaultKind {
  return ({ protocol }) => {
    const [code, message] =
      status === 500
        ? [protocol === 's3' ? 'InternalError' : 'InternalFailure', 'An internal error occurred']
        : [protocol === 'ec2' ? 'Unavailable' : 'ServiceUnavailable', 'Service is unavailable'];
    return new AwsFault(code, message, status);
  };
}

/** A gateway's page in HTML instead of an error (SOURCES.md, S8). */
export function htmlError(): FaultKind {
  return () => 'html-500';
}

/** The connection ends without an answer. */
export function cut(): FaultKind {
  return () => 'cut';
}

/** No answer ever comes, and the connection stays open. */
export function silence(): FaultKind {
  return () => 'silence';
}

/**
 * The credentials have expired: EC2 answers RequestExpired, JSON services ExpiredTokenException, the others
 * ExpiredToken (SOURCES.md, S4).
 */
export function expired(): FaultKind {
  return ({ protocol }) => {
    if (protocol === 'ec2') return new AwsFault('RequestExpired', 'Request has expired.');
    if (protocol === 's3') return new AwsFault('ExpiredToken', 'The provided token has expired.');
    const message = 'The security token included in the request is expired';
    if (protocol === 'query') return new AwsFault('ExpiredToken', message, 403);
    return new AwsFault('ExpiredTokenException', message);
  };
}

/**
 * IAM refuses the call, with AWS's message (SOURCES.md, S5).
 *
 * @param action - as IAM names it; the action of the call by default
 */
export function denied(action?: string): FaultKind {
  return (call) => {
    const wanted = action ?? call.actions[0] ?? call.name;
    const resource = wanted === call.actions[0] ? call.resource : '*';
    const user = `arn:aws:iam::${call.account}:user/${call.principal}`;
    const words =
      `User: ${user} is not authorized to perform: ${wanted} on resource: ${resource} ` +
      `because no identity-based policy allows the ${wanted} action`;
    if (call.protocol === 'ec2') {
      return new AwsFault(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. ${words}`,
        403,
      );
    }
    if (call.protocol === 's3' || call.protocol === 'query') return new AwsFault('AccessDenied', words, 403);
    return new AwsFault('AccessDeniedException', words);
  };
}

/** Any other error. */
export function awsError(code: string, message: string, status = 400): FaultKind {
  return () => new AwsFault(code, message, status);
}

/** An error that no SDK retries, so that a run ends as if its process were killed. */
export function brokenOff(): FaultKind {
  return awsError('BrokenOff', 'The emulator interrupted the run here');
}
