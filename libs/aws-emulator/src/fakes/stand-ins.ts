import { HOST_COMMANDS } from './commands.js';
import { CONSOLE } from './console.js';
import { ELASTICACHE } from './elasticache/index.js';
import type { Operation, Operations } from './operation.js';
import { PERMISSIONS } from './permissions.js';
import { PRICING } from './pricing.js';
import { SERVICE_QUOTAS } from './quotas.js';

/** What moto is not asked at all, by service. */
export const STAND_INS: Readonly<Record<string, { operations: Operations; source: string }>> = {
  ec2: {
    operations: CONSOLE,
    source: 'the console of a host that does not become healthy is what a test says',
  },
  elasticache: { operations: ELASTICACHE, source: 'AWS.md §0.2, §0.3, §0.8, A1 ElastiCache, B4 step 3, B6' },
  iam: { operations: PERMISSIONS, source: 'AWS.md A1 IAM (Simulate* missing)' },
  pricing: { operations: PRICING, source: 'AWS.md §0.2 (whole service missing), D' },
  servicequotas: {
    operations: SERVICE_QUOTAS,
    source: 'AWS.md C (quota failure half-way); AWS General Reference',
  },
  ssm: {
    operations: HOST_COMMANDS,
    source: 'a command runs where a test says; moto runs none and knows no managed instances',
  },
};

/** Services of which moto is asked nothing. */
const WHOLE_SERVICES: ReadonlySet<string> = new Set(['elasticache', 'pricing']);

export function standIn(service: string, operation: string): Operation | undefined {
  return STAND_INS[service]?.operations[operation];
}

/** Whether an operation that has no stand-in must not reach moto either, which would know nothing of the rest. */
export function isWhole(service: string): boolean {
  return WHOLE_SERVICES.has(service);
}
