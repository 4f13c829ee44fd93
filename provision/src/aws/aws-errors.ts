/** The parts of an SDK error that decisions are made by. EC2 has no modelled errors: there the name is the wire code. */
interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Modelled names end in `Exception`, `Fault` or (CloudWatch) `Error`, wire codes do not. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.replace(/(Exception|Fault|(?<=NotFound)Error)$/, '') : '';
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

/** Codes that are also used for what never passes: the words tell. */
const NOT_YET_WORDS: Readonly<Record<string, RegExp>> = {
  // A new instance profile, and the role in it (aws/aws-sdk-js-v3#5253).
  InvalidParameterValue: /Invalid IAM Instance Profile|has no associated IAM Roles/i,
  MalformedPolicyDocument: /invalid principal/i,
  MalformedPolicy: /invalid principal/i,
  // A target that starts.
  InvalidTarget: /not in a running state/i,
  // The secret of a stack that was just deleted: it is gone for those who look, and its name is not free.
  InvalidRequest: /scheduled for deletion/i,
};

/**
 * True when one part of AWS does not know yet what another has made or deleted, or a new host's agent has not registered
 * (`InvalidInstanceId`): it passes in seconds, within five minutes.
 */
export function isNotYet(error: unknown): boolean {
  const name = nameOf(error);
  const words = NOT_YET_WORDS[name];
  if (words !== undefined) return error instanceof Error && words.test(error.message);
  // A certificate is never ours: one that is not there does not come.
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
