import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { S3_ROUTES } from '@darkroom/aws-emulator';
import { expect, it } from 'vitest';
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

/** Every call that the sources import, as IAM names it. */
function actionsInSources(): Set<string> {
  const names = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const actions = new Set<string>();
  for (const name of sources) {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    for (const [, imported = '', client = ''] of text.matchAll(IMPORT)) {
      for (const [, command, paginated] of imported.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)) {
        actions.add(actionOf(SERVICES[client] ?? client, command ?? paginated ?? ''));
      }
    }
  }
  return actions;
}

function actionOf(service: string, operation: string): string {
  const route = service === 's3' ? S3_ROUTES.find((one) => one.operation === operation) : undefined;
  return `${service}:${route?.action ?? operation}`;
}

it('the printed policy allows every call that is written anywhere, and nothing else', () => {
  const allowed = operatorPolicy('demo').Statement.flatMap(({ Action }) => Action);
  expect(allowed.toSorted()).toEqual([...actionsInSources(), ...BESIDE].toSorted());
});

it('the printed policy is not larger than a managed policy may be', () => {
  // IAM quotas: 6,144 characters, white space not counted.
  expect(JSON.stringify(operatorPolicy('abcdefghijklmno')).replaceAll(/\s/g, '').length).toBeLessThan(6144);
});
