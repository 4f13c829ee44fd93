import { cbor } from '@smithy/core/cbor';
import { actionsOf, IAM_PREFIXES, isRead, resourceOf } from '../calls/action-names.js';
import { isTrue, type Call, type Protocol, type RawRequest } from './call.js';
import { findS3Route } from './s3-routes.js';

/** The account for an access key without one: moto's default. */
const DEFAULT_ACCOUNT = '123456789012';

interface Identified {
  protocol: Protocol;
  operation: string;
  /** IAM's name for the operation, if it differs. */
  action?: string | undefined;
  params: Record<string, unknown>;
}

interface Signature {
  accessKey: string;
  region: string;
  service: string;
}

const CREDENTIAL = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

/**
 * Parses a request into caller, operation, account and region. Service and region are in the scope of the signature,
 * which a presigned URL carries in its query.
 */
export function parseCall(request: RawRequest, index: number): Call {
  const url = new URL(request.url, 'http://aws');
  const { accessKey, region, service: scope } = signatureOf(request, url);
  const service = IAM_PREFIXES[scope] ?? scope;
  const { protocol, operation, action, params } = identify(request, url, scope);
  const name = `${service}:${operation}`;
  const account = /\d{12}$/.exec(accessKey)?.[0] ?? DEFAULT_ACCOUNT;
  return {
    index,
    service,
    operation,
    name,
    actions: actionsOf(name, `${service}:${action ?? operation}`, params),
    resource: resourceOf({ service, region, account, params }),
    write: !isRead(operation) && !isTrue({ params }, 'DryRun'),
    protocol,
    region,
    account,
    principal: accessKey.replace(/\d{12}$/, '').toLowerCase(),
    params,
    request,
  };
}

function signatureOf({ headers }: RawRequest, url: URL): Signature {
  const presigned = url.searchParams.get('X-Amz-Credential');
  const text = presigned === null ? headers.authorization : `Credential=${presigned}`;
  const [, accessKey = '', region = 'us-east-1', service = 's3'] = CREDENTIAL.exec(text ?? '') ?? [];
  return { accessKey, region, service };
}

function identify(request: RawRequest, url: URL, scope: string): Identified {
  const rpc = /\/service\/[^/]+\/operation\/([^/?]+)/.exec(url.pathname);
  if (rpc?.[1] !== undefined) return { protocol: 'cbor', operation: rpc[1], params: fromCbor(request.body) };
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { protocol: 'json', operation: target.split('.').at(-1) ?? '', params: fromJson(request.body) };
  }
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const params = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
    return { protocol: scope === 'ec2' ? 'ec2' : 'query', operation: params['Action'] ?? '', params };
  }
  return fromS3(request, url);
}

function fromS3(request: RawRequest, url: URL): Identified {
  const { route, bucket, key } = findS3Route(request.method, url);
  const tags = route.operation === 'CreateBucket' && request.body.includes('<Tags>');
  const copies = route.operation === 'PutObject' && request.headers['x-amz-copy-source'] !== undefined;
  return {
    protocol: 's3',
    operation: copies ? 'CopyObject' : route.operation,
    action: copies ? 'PutObject' : route.action,
    params: {
      ...(bucket !== '' && { Bucket: bucket }),
      ...(key !== '' && { Key: key }),
      ...(tags && { Tags: true }),
    },
  };
}

function fromJson(body: Buffer): Record<string, unknown> {
  return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Record<string, unknown>);
}

function fromCbor(body: Buffer): Record<string, unknown> {
  return body.length === 0 ? {} : (cbor.deserialize(new Uint8Array(body)) as Record<string, unknown>);
}

/** The body for the current parameters: a rule may have changed those of a query protocol. */
export function bodyOf(call: Call): Buffer {
  if (call.protocol !== 'ec2' && call.protocol !== 'query') return call.request.body;
  const texts = Object.entries(call.params).map(([key, value]) => [key, String(value)] as [string, string]);
  return Buffer.from(new URLSearchParams(texts).toString());
}
