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

/** Keys as AWS gives them out. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface AwsOptions {
  region: string;
  /** As the AWS SDK finds them by default: environment, profile, single sign-on, instance role. */
  credentials?: Credentials;
  /** Another address than AWS's own, such as an emulator's. */
  endpoint?: string;
  /** Tries of a call that AWS throttles or fails, 10 by default; the pauses between them grow to 20 s. */
  maxAttempts?: number;
  /** Hears of every call before it is sent, and can refuse it by throwing. */
  onCall?: (call: Call) => void;
}

/** One call to AWS, whatever number of tries it takes. */
export interface Call {
  /** As IAM writes it, e.g. `ec2`. */
  service: string;
  operation: string;
  /** False for calls that only look. */
  write: boolean;
}

/** A client for each service, made once a run. */
export type Aws = ReturnType<typeof createAws>;

/** Tries under way at a time, of all services together: AWS throttles by account, and a person may work beside us. */
export const MOST_CALLS = 10;

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

/** Makes the clients. */
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
    // Bucket names in the host name need DNS that no emulator has.
    s3: new S3Client({ ...configuration, forcePathStyle: endpoint !== undefined }),
    secretsmanager: new SecretsManagerClient(configuration),
    servicequotas: new ServiceQuotasClient(configuration),
    ssm: new SSMClient(configuration),
    sts: new STSClient(configuration),
  };
  const limit = createLimit(MOST_CALLS);
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
    /** Refuses every further try of a call, reads too, so that whatever waits ends. */
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

/** What every try of a call goes through. */
type Gate = (send: () => Promise<object>) => Promise<object>;

/** Behind what tries again: a pause between two tries keeps nobody waiting. */
function wait(client: AnyClient, gate: Gate): void {
  client.middlewareStack.add((next) => (args) => gate(() => next(args)), {
    step: 'finalizeRequest',
    priority: 'low',
    name: 'darkroom-limit',
  });
}
