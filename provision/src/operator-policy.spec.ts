import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { S3_ROUTES } from '@darkroom/aws-emulator';
import type { Permissions } from './engine/kind.js';
import { operatorPolicy } from './operator-policy.js';

/** The service, as IAM names it, of an SDK package. */
const SERVICES: Readonly<Record<string, string>> = {
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  ec2: 'ec2',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  elasticache: 'elasticache',
  iam: 'iam',
  s3: 's3',
  'secrets-manager': 'secretsmanager',
  'service-quotas': 'servicequotas',
  ssm: 'ssm',
  sts: 'sts',
};

/** What AWS wants allowed beside the call itself, by what makes it needed. */
const BESIDE = [
  // AddRoleToInstanceProfile and RunInstances hand a role over.
  'iam:PassRole',
  // The first load balancer and the first cache of an account.
  'iam:CreateServiceLinkedRole',
  // CreateBucket with tags.
  's3:TagResource',
  // DeleteObjects with versions.
  's3:DeleteObjectVersion',
  // CreateLoadBalancer (Elastic Load Balancing user guide, required permissions).
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAddresses',
  'ec2:DescribeInternetGateways',
  // Create-, Modify- and DeleteReplicationGroup (Service Authorization Reference, dependent actions).
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
];

const IMPORT = /import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g;

const SOURCES = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
);

/** Every call that a source imports, as IAM names it. */
function actionsIn(source: string): string[] {
  const text = readFileSync(join(import.meta.dirname, source), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap(([, imported = '', client = '']) =>
    [...imported.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].map(([, command, paginated]) =>
      actionOf(SERVICES[client] ?? client, command ?? paginated ?? ''),
    ),
  );
}

function actionOf(service: string, operation: string): string {
  const route = service === 's3' ? S3_ROUTES.find((one) => one.operation === operation) : undefined;
  return `${service}:${route?.action ?? operation}`;
}

it('the printed policy allows every call that is written anywhere, and nothing else', () => {
  const allowed = operatorPolicy('demo').Statement.flatMap(({ Action }) => Action);
  const called = new Set(SOURCES.flatMap(actionsIn));
  expect(allowed.toSorted()).toEqual([...called, ...BESIDE].toSorted());
});

it('the printed policy is not larger than a managed policy may be', () => {
  // IAM quotas: 6,144 characters, white space not counted.
  expect(JSON.stringify(operatorPolicy('abcdefghijklmno')).replaceAll(/\s/g, '').length).toBeLessThan(6144);
});

/** Files that declare together: a folder of the resources is one, any other file stands alone. */
const roomOf = (source: string) => /^resources\/[\w-]+\//.exec(source)?.[0] ?? source;

/** What the files of a room export as their permissions. */
async function declaredIn(sources: readonly string[]): Promise<Set<string>> {
  const modules = (await Promise.all(
    sources.map((source) => import(join(import.meta.dirname, source))),
  )) as object[];
  const parts = modules.flatMap((module) =>
    Object.values(module).map((one: unknown) =>
      typeof one === 'function' && 'kind' in one ? one.kind : one,
    ),
  ) as (Permissions | undefined)[];
  return new Set(parts.flatMap((part) => [...(part?.making ?? []), ...(part?.repairing ?? [])]));
}

it('the permissions of a call are declared beside it', async () => {
  // The commands' own are declared with the policy.
  const own = SOURCES.filter((source) => /^(resources|engine|aws|preflight)\//.test(source));
  const rooms = [...Map.groupBy(own, roomOf)].filter(([, sources]) => sources.flatMap(actionsIn).length > 0);
  expect(rooms.length).toBeGreaterThan(15);
  for (const [room, sources] of rooms) {
    const declared = await declaredIn(sources);
    const undeclared = sources.flatMap(actionsIn).filter((action) => !declared.has(action));
    expect({ room, undeclared }).toEqual({ room, undeclared: [] });
  }
});
