import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { createLimit } from './limit.js';

/** AWS access keys. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface AwsOptions {
  region: string;
  /** By default the AWS SDK finds them: environment, profile, single sign-on, instance role. */
  credentials?: Credentials;
  /** Replaces the address of AWS, e.g. with that of an emulator. */
  endpoint?: string;
  /** Attempts for a call that AWS throttles or fails, 10 by default. The pauses between them grow to 20 s. */
  maxAttempts?: number;
  /** Called before each call is sent; can refuse the call by throwing. */
  onCall?: (call: Call) => void;
}

/** One call to AWS, whatever the number of attempts. */
export interface Call {
  /** The service as IAM names it, e.g. `ec2`. */
  service: string;
  operation: string;
  /** False for calls that only read. */
  write: boolean;
}

/** A client for each service, created once a run. */
export type Aws = ReturnType<typeof createAws>;

/** Requests in flight over all services. AWS throttles by account, and other people may use the same account. */
export const MAX_CALLS = 10;

const READS = /^(Describe|Get|List|Head|Simulate)/;

interface AnyClient {
  middlewareStack: {
    add(
      middleware: (
        next: (args: object) => Promise<object>,
        context: { commandName?: string },
      ) => (args: object) => Promise<object>,
      options: { step: 'initialize' | 'finalizeRequest'; priority?: 'low'; name: string },
    ): void;
  };
  destroy(): void;
}

/** Creates the clients. */
export function createAws({ region, credentials, endpoint, maxAttempts = 10, onCall }: AwsOptions) {
  const configuration = {
    region,
    maxAttempts,
    ...(credentials !== undefined && { credentials }),
    ...(endpoint !== undefined && { endpoint }),
  };
  const clients = {
    cloudwatch: new CloudWatchClient(configuration),
    ec2: new EC2Client(configuration),
    elasticache: new ElastiCacheClient(configuration),
    elasticloadbalancing: new ElasticLoadBalancingV2Client(configuration),
    iam: new IAMClient(configuration),
    logs: new CloudWatchLogsClient(configuration),
    // An emulator has no DNS names for buckets.
    s3: new S3Client({ ...configuration, forcePathStyle: endpoint !== undefined }),
    secretsmanager: new SecretsManagerClient(configuration),
    servicequotas: new ServiceQuotasClient(configuration),
    ssm: new SSMClient(configuration),
    sts: new STSClient(configuration),
  };
  const limit = createLimit(MAX_CALLS);
  let stopped: Error | undefined;
  const gate: Gate = (send) =>
    limit(() => {
      if (stopped !== undefined) throw stopped;
      return send();
    });
  for (const [service, client] of Object.entries(clients)) {
    listen(client as unknown as AnyClient, service, onCall);
    wait(client as unknown as AnyClient, gate);
  }
  return {
    ...clients,
    region,
    /** Refuses every further attempt of a call, reads included, so that all waits end. */
    stop: (reason: Error) => {
      stopped = reason;
    },
    /** Closes the connections. */
    close: () => Object.values(clients).forEach((client) => client.destroy()),
  };
}

function listen(client: AnyClient, service: string, onCall: AwsOptions['onCall']): void {
  if (onCall === undefined) return;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const operation = commandName.replace(/Command$/, '');
        onCall({ service, operation, write: !READS.test(operation) });
        return next(args);
      },
    { step: 'initialize', name: 'darkroom-calls' },
  );
}

/** Every attempt of a call passes through it. */
type Gate = (send: () => Promise<object>) => Promise<object>;

/** Comes after the SDK's retries, so that a call that pauses between two attempts blocks no other call. */
function wait(client: AnyClient, gate: Gate): void {
  client.middlewareStack.add((next) => (args) => gate(() => next(args)), {
    step: 'finalizeRequest',
    priority: 'low',
    name: 'darkroom-limit',
  });
}
