/** The parts of an SDK error that decisions are made by. EC2 has no modelled errors: there the name is the wire code. */
interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Modelled names end in `Exception` or `Fault`, wire codes do not. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.replace(/(Exception|Fault)$/, '') : '';
}

/** True for what AWS answered, in contrast to a fault of this program or of the network. */
export function isAwsError(error: unknown): error is AwsError {
  return error instanceof Error && '$metadata' in error;
}

/** True when the object that was asked for is not there. */
export function isNotFound(error: unknown): boolean {
  const name = nameOf(error);
  return (
    name.endsWith('NotFound') ||
    ['NoSuchEntity', 'NoSuchBucket', 'NoSuchKey', 'ParameterNotFound'].includes(name)
  );
}

/** True when an object of that name is there already, seen or not. */
export function isAlreadyThere(error: unknown): boolean {
  return /AlreadyExists|AlreadyOwnedByYou|Duplicate|^ResourceExists|QueueNameExists/.test(nameOf(error));
}

/** True when a client token was used before, for an object with other settings. */
export function isIdempotencyMismatch(error: unknown): boolean {
  return nameOf(error) === 'IdempotentParameterMismatch';
}

/** Takes "it is not there" for an answer. */
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

/** True when something that is still there keeps an object from being deleted: it passes when that goes. */
export function isBlocked(error: unknown): boolean {
  return BLOCKED.has(nameOf(error));
}

/**
 * True when one part of AWS does not know yet what another has made, or a new host's agent has not registered
 * (`InvalidInstanceId`): it passes in seconds, within five minutes.
 * EC2 answers `InvalidParameterValue` for a new instance profile, so code and message have to be looked at
 * (aws/aws-sdk-js-v3#5253).
 */
export function isNotYet(error: unknown): boolean {
  const name = nameOf(error);
  if (name === 'InvalidParameterValue') {
    return error instanceof Error && /Invalid IAM Instance Profile/i.test(error.message);
  }
  if (name === 'MalformedPolicyDocument' || name === 'MalformedPolicy') {
    return error instanceof Error && /invalid principal/i.test(error.message);
  }
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
  // The answer to a HEAD has no words.
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
    'The credentials are missing, expired or of another account: sign in again and run the same command.',
  ],
  [
    /^(Throttling|ThrottledException|RequestLimitExceeded|TooManyRequests|SlowDown)/,
    'AWS limits how often the account may call; several tools at once share that limit. Run it again in a minute.',
  ],
  [
    /^InsufficientInstanceCapacity$|^InsufficientCacheClusterCapacity$/,
    'AWS has no machine of this type free in this zone at the moment: try again later or another type.',
  ],
  [
    /LimitExceeded$|QuotaExceeded$|^VcpuLimitExceeded$/,
    "A quota of the account is used up: free something, or ask for more in the console's Service Quotas.",
  ],
  [
    /^InvalidSubnet|^InvalidVpc/,
    'The default VPC of the region is incomplete: `aws ec2 create-default-vpc` makes one.',
  ],
  [
    /^CertificateNotFound$/,
    'There is no such certificate in this region: --certificate takes an ARN of ACM in the region of the stack.',
  ],
  [
    /^(ECONNREFUSED|ENOTFOUND|ECONNRESET|ETIMEDOUT|TimeoutError|NetworkingError)$/,
    'AWS cannot be reached from here: is the network up, and is the region right?',
  ],
];

/** The probable cause of a failure in a sentence, where one is known. */
export function probableCause(error: unknown): string | undefined {
  const name = nameOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : name;
  return CAUSES.find(([pattern]) => pattern.test(name) || pattern.test(code))?.[1];
}
