/** The target of a request to S3. */
export type S3Target = 'service' | 'bucket' | 'object';

export interface S3Route {
  readonly method: string;
  readonly target: S3Target;
  /** The query parameter that identifies the route. */
  readonly query?: string;
  readonly operation: string;
  /** The name of the action in IAM, if it differs from the operation. */
  readonly action?: string;
}

const get = (target: S3Target, query: string | undefined, operation: string, action?: string): S3Route =>
  route('GET', target, query, operation, action);

function route(
  method: string,
  target: S3Target,
  query: string | undefined,
  operation: string,
  action?: string,
): S3Route {
  return { method, target, ...(query !== undefined && { query }), operation, ...(action && { action }) };
}

/** The routes of a bucket setting. Deleting it needs the permission to put it. */
function setting(
  query: string,
  name: string,
  permission: string,
  verbs = ['Put', 'Get', 'Delete'],
): S3Route[] {
  const methods: Record<string, string> = { Put: 'PUT', Get: 'GET', Delete: 'DELETE' };
  return verbs.map((verb) =>
    route(
      methods[verb] ?? 'GET',
      'bucket',
      query,
      `${verb}${name}`,
      `${verb === 'Get' ? 'Get' : 'Put'}${permission}`,
    ),
  );
}

/**
 * The REST routes of S3. The first match wins, so routes with a query parameter come before those without.
 * Source: SOURCES.md, S7.
 */
export const S3_ROUTES: readonly S3Route[] = [
  get('service', undefined, 'ListBuckets', 'ListAllMyBuckets'),
  ...setting('encryption', 'BucketEncryption', 'EncryptionConfiguration'),
  ...setting('publicAccessBlock', 'PublicAccessBlock', 'BucketPublicAccessBlock'),
  ...setting('lifecycle', 'BucketLifecycleConfiguration', 'LifecycleConfiguration', ['Put', 'Get']),
  ...setting('lifecycle', 'BucketLifecycle', 'LifecycleConfiguration', ['Delete']),
  ...setting('ownershipControls', 'BucketOwnershipControls', 'BucketOwnershipControls'),
  ...setting('tagging', 'BucketTagging', 'BucketTagging'),
  ...setting('cors', 'BucketCors', 'BucketCORS'),
  ...setting('versioning', 'BucketVersioning', 'BucketVersioning', ['Put', 'Get']),
  ...setting('notification', 'BucketNotificationConfiguration', 'BucketNotification', ['Put', 'Get']),
  ...setting('logging', 'BucketLogging', 'BucketLogging', ['Put', 'Get']),
  ...setting('acl', 'BucketAcl', 'BucketAcl', ['Put', 'Get']),
  route('PUT', 'bucket', 'policy', 'PutBucketPolicy'),
  get('bucket', 'policy', 'GetBucketPolicy'),
  route('DELETE', 'bucket', 'policy', 'DeleteBucketPolicy'),
  get('bucket', 'policyStatus', 'GetBucketPolicyStatus'),
  get('bucket', 'location', 'GetBucketLocation'),
  get('bucket', 'uploads', 'ListMultipartUploads', 'ListBucketMultipartUploads'),
  get('bucket', 'versions', 'ListObjectVersions', 'ListBucketVersions'),
  route('POST', 'bucket', 'delete', 'DeleteObjects', 'DeleteObject'),
  get('bucket', 'list-type', 'ListObjectsV2', 'ListBucket'),
  get('bucket', undefined, 'ListObjects', 'ListBucket'),
  route('PUT', 'bucket', undefined, 'CreateBucket'),
  route('DELETE', 'bucket', undefined, 'DeleteBucket'),
  route('HEAD', 'bucket', undefined, 'HeadBucket', 'ListBucket'),
  route('PUT', 'object', 'tagging', 'PutObjectTagging'),
  get('object', 'tagging', 'GetObjectTagging'),
  route('DELETE', 'object', 'tagging', 'DeleteObjectTagging'),
  get('object', 'attributes', 'GetObjectAttributes'),
  route('POST', 'object', 'uploads', 'CreateMultipartUpload', 'PutObject'),
  route('PUT', 'object', 'uploadId', 'UploadPart', 'PutObject'),
  route('POST', 'object', 'uploadId', 'CompleteMultipartUpload', 'PutObject'),
  route('DELETE', 'object', 'uploadId', 'AbortMultipartUpload'),
  get('object', 'uploadId', 'ListParts', 'ListMultipartUploadParts'),
  get('object', undefined, 'GetObject'),
  route('HEAD', 'object', undefined, 'HeadObject', 'GetObject'),
  route('PUT', 'object', undefined, 'PutObject'),
  route('DELETE', 'object', undefined, 'DeleteObject'),
];

export interface S3Address {
  route: S3Route;
  bucket: string;
  key: string;
}

/**
 * Finds the operation of a request to S3. The bucket is in the path, as an SDK writes it for an endpoint that is an
 * IP address (or with `forcePathStyle`).
 */
export function findS3Route(method: string, url: URL): S3Address {
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/');
  const key = decodeURIComponent(rest.join('/'));
  const target: S3Target = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const found = S3_ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.target === target &&
      (candidate.query === undefined || url.searchParams.has(candidate.query)),
  );
  return { route: found ?? { method, target, operation: `${method} ${target}` }, bucket, key };
}
