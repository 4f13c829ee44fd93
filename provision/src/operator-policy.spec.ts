import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { S3_ROUTES } from '@darkroom/aws-emulator';
import type { Permissions } from './engine/kind.js';
import { operatorPolicy } from './operator-policy.js';

/** SDK package to the name of its service in IAM. */
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

/** Permissions that AWS requires in addition to those of the calls, with the call that needs them. */
const BESIDE = [
  // AddRoleToInstanceProfile and RunInstances pass a role.
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

/** Every call that a source file imports, as IAM names it. */
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

it('allows every call in the sources, and nothing else, in the printed policy', () => {
  const allowed = operatorPolicy('demo').Statement.flatMap(({ Action }) => Action);
  const called = new Set(SOURCES.flatMap(actionsIn));
  expect(allowed.toSorted()).toEqual([...called, ...BESIDE].toSorted());
});

it('keeps the printed policy within the size limit of a managed policy', () => {
  // IAM quota: 6,144 characters without white space.
  expect(JSON.stringify(operatorPolicy('abcdefghijklmno')).replaceAll(/\s/g, '').length).toBeLessThan(6144);
});

/** Groups files that declare permissions together: the files of a folder in `resources`, or a single other file. */
const groupOf = (source: string) => /^resources\/[\w-]+\//.exec(source)?.[0] ?? source;

/** The permissions that the files of a group export. */
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

it('declares the permissions of a call beside the call', async () => {
  // The permissions of the commands themselves are declared with the policy.
  const own = SOURCES.filter((source) => /^(resources|engine|aws|preflight)\//.test(source));
  const groups = [...Map.groupBy(own, groupOf)].filter(
    ([, sources]) => sources.flatMap(actionsIn).length > 0,
  );
  expect(groups.length).toBeGreaterThan(15);
  for (const [group, sources] of groups) {
    const declared = await declaredIn(sources);
    const undeclared = sources.flatMap(actionsIn).filter((action) => !declared.has(action));
    expect({ group, undeclared }).toEqual({ group, undeclared: [] });
  }
});
