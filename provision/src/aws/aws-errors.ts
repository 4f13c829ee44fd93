/** The parts of an SDK error that decisions depend on. EC2 has no modelled errors: its error name is the wire code. */
interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Modelled names end in `Exception`, `Fault` or (CloudWatch) `Error`; wire codes do not. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.replace(/(Exception|Fault|(?<=NotFound)Error)$/, '') : '';
}

/** True for an error that AWS returned, as opposed to a fault of this program or the network. */
export function isAwsError(error: unknown): error is AwsError {
  return error instanceof Error && '$metadata' in error;
}

/** True when the requested object does not exist. */
export function isNotFound(error: unknown): boolean {
  const name = nameOf(error);
  return (
    name.endsWith('NotFound') ||
    ['NoSuchEntity', 'NoSuchBucket', 'NoSuchKey', 'ParameterNotFound'].includes(name)
  );
}

/** True when an object of that name already exists, visible or not. */
export function isAlreadyThere(error: unknown): boolean {
  return /AlreadyExists|AlreadyOwnedByYou|Duplicate|^ResourceExists|QueueNameExists/.test(nameOf(error));
}

/** True when a client token was used before, for an object with other settings. */
export function isIdempotencyMismatch(error: unknown): boolean {
  return nameOf(error) === 'IdempotentParameterMismatch';
}

/** Resolves to undefined when the object does not exist. */
export async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const BLOCKED = new Set([
  'DependencyViolation',
  'IncorrectState',
  'IncorrectInstanceState',
  'ResourceInUse',
  'VolumeInUse',
  'DeleteConflict',
  'CacheSubnetGroupInUse',
  'CacheParameterGroupInUse',
  'InvalidCacheParameterGroupState',
  'InvalidReplicationGroupState',
  'InvalidCacheClusterState',
  'InvalidIPAddress.InUse',
  'BucketNotEmpty',
  'OperationNotPermitted',
]);

/** True when another object blocks a deletion. The deletion succeeds once that object is gone. */
export function isBlocked(error: unknown): boolean {
  return BLOCKED.has(nameOf(error));
}

/** Codes that also stand for permanent failures. The message shows which one it is. */
const TRANSIENT_MESSAGES: Readonly<Record<string, RegExp>> = {
  // EC2 does not see a new instance profile, or the role in it (aws/aws-sdk-js-v3#5253).
  InvalidParameterValue: /Invalid IAM Instance Profile|has no associated IAM Roles/i,
  MalformedPolicyDocument: /invalid principal/i,
  MalformedPolicy: /invalid principal/i,
  // The target is still starting.
  InvalidTarget: /not in a running state/i,
  // The secret of a stack that was just deleted: no longer visible, but its name is not free yet.
  InvalidRequest: /scheduled for deletion/i,
};

/**
 * True when one part of AWS does not see yet what another has created or deleted, or when the agent of a new host has
 * not registered yet (`InvalidInstanceId`). It usually passes in seconds, and within five minutes.
 */
export function isNotYetConsistent(error: unknown): boolean {
  const name = nameOf(error);
  const pattern = TRANSIENT_MESSAGES[name];
  if (pattern !== undefined) return error instanceof Error && pattern.test(error.message);
  // Darkroom does not create certificates: a missing one will not appear.
  if (name === 'CertificateNotFound') return false;
  return (
    isNotFound(error) ||
    [
      'OperationAborted',
      'InvalidReplicationGroupState',
      'IncorrectState',
      'IncorrectInstanceState',
      'InvalidInstanceId',
    ].includes(name)
  );
}

/** True when the caller lacks a permission. */
export function isDenied(error: unknown): boolean {
  const name = nameOf(error);
  // The answer to a HEAD has no error code.
  if (name === 'Unknown' && isAwsError(error)) return error.$metadata?.httpStatusCode === 403;
  return ['UnauthorizedOperation', 'AccessDenied', 'AuthorizationError', 'Forbidden'].includes(name);
}

const CREDENTIALS = [
  'ExpiredToken',
  'RequestExpired',
  'InvalidClientTokenId',
  'UnrecognizedClient',
  'AuthFailure',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'CredentialsProviderError',
  'TokenProviderError',
];

const CAUSES: readonly [RegExp, string][] = [
  [
    new RegExp(`^(${CREDENTIALS.join('|')})$`),
    'The AWS credentials are missing, expired or for another account. Sign in, for example with `aws sso login`, or set AWS_PROFILE, and run the same command again.',
  ],
  [
    /^(Throttling|ThrottledException|RequestLimitExceeded|TooManyRequests|SlowDown)/,
    'AWS throttles this account; all tools that use it share one rate limit. Run the command again in a minute.',
  ],
  [
    /^InsufficientInstanceCapacity$|^InsufficientCacheClusterCapacity$/,
    'AWS has no capacity for this type in this zone at the moment. Try again later, or choose another type.',
  ],
  [
    /LimitExceeded$|QuotaExceeded$|^VcpuLimitExceeded$/,
    'A quota of the account is used up. Delete something, or request an increase under Service Quotas in the console.',
  ],
  [
    /^InvalidSubnet|^InvalidVpc/,
    'The default VPC of the region is missing or incomplete. Create one with `aws ec2 create-default-vpc`.',
  ],
  [
    /^CertificateNotFound$/,
    'The certificate does not exist in this region. --certificate needs an ACM certificate in the region of the stack.',
  ],
  [
    /^(ECONNREFUSED|ENOTFOUND|ECONNRESET|ETIMEDOUT|TimeoutError|NetworkingError)$/,
    'AWS cannot be reached. Check your network connection and the name of the region.',
  ],
];

/** The probable cause of a failure and what to do, if known. */
export function probableCause(error: unknown): string | undefined {
  const name = nameOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : name;
  return CAUSES.find(([pattern]) => pattern.test(name) || pattern.test(code))?.[1];
}
