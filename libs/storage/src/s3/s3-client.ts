import { S3Client } from '@aws-sdk/client-s3';

/** Timeouts in milliseconds. A hung server costs at most the idle timeout a try, and the SDK's back-off between tries. */
const CONNECT_MS = 3_000;
const IDLE_MS = 20_000;
/** A 5 MiB part over a slow line, shared with 20 others, still arrives in this time. */
const REQUEST_MS = 120_000;
/** First try and retries, backed off exponentially with jitter (the SDK's `standard` mode). */
const MAX_ATTEMPTS = 4;

export interface S3Connection {
  /** Default: the SDK's own chain (variables, profile). */
  region?: string;
  /** The endpoint of an S3 server other than Amazon's. */
  endpoint?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`; most other servers need it. Default: false. */
  forcePathStyle?: boolean;
  /** Default: the SDK's own chain (variables, profile, role of the instance). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** Creates a client with timeouts and bounded retries; the SDK alone would wait forever. */
export function createS3Client(connection: S3Connection): S3Client {
  const { region, endpoint, forcePathStyle, credentials } = connection;
  return new S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(credentials && { credentials }),
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  });
}
