import { S3Client } from '@aws-sdk/client-s3';

/** Waits in milliseconds. A hung server costs at most the idle time a try, and the SDK's back-off between tries. */
const CONNECT_MS = 3_000;
const IDLE_MS = 20_000;
/** A 5 MiB part over a slow line that it shares with 20 others still gets through in this time. */
const REQUEST_MS = 120_000;
/** First try and retries, backed off exponentially with jitter (the SDK's `standard` mode). */
const MAX_ATTEMPTS = 4;

export interface S3Connection {
  /** Default: as the SDK's own chain finds it (variables, profile). */
  region?: string;
  /** Another S3 than Amazon's. */
  endpoint?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`; most other servers need it. Default false. */
  forcePathStyle?: boolean;
  /** Default: the SDK's own chain (variables, profile, role of the instance). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** A client with time limits and bounded retries; the SDK alone would wait for ever. */
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
