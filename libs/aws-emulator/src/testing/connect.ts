import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Emulator } from '../start-emulator.js';

/**
 * Creates clients for a caller. They do not retry, so that a test sees each call.
 *
 * @param principal - the name of the caller
 */
export function connect(emulator: Emulator, principal = 'operator', maxAttempts = 1) {
  const configuration = {
    endpoint: emulator.endpoint,
    region: emulator.region,
    credentials: emulator.credentials(principal),
    maxAttempts,
  };
  return {
    cloudwatch: new CloudWatchClient(configuration),
    ec2: new EC2Client(configuration),
    elasticache: new ElastiCacheClient(configuration),
    balancing: new ElasticLoadBalancingV2Client(configuration),
    iam: new IAMClient(configuration),
    logs: new CloudWatchLogsClient(configuration),
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    secrets: new SecretsManagerClient(configuration),
    ssm: new SSMClient(configuration),
    sts: new STSClient(configuration),
  };
}

/** The name of the error that a call fails with; undefined if it succeeds. */
export async function errorName(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/** Sends a JSON call without an SDK, for services whose client the project does not use. */
export async function sendJson(
  emulator: Emulator,
  scope: string,
  target: string,
  body: object,
): Promise<unknown> {
  const { accessKeyId } = emulator.credentials();
  const answer = await fetch(emulator.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${emulator.region}/${scope}/aws4_request, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  return answer.json();
}
