import { HOST_COMMANDS } from './commands.js';
import { CONSOLE } from './console.js';
import { ELASTICACHE } from './elasticache/index.js';
import type { Operation, Operations } from './operation.js';
import { PERMISSIONS } from './permissions.js';
import { PRICING } from './pricing.js';
import { SERVICE_QUOTAS } from './quotas.js';

export interface StandIns {
  readonly operations: Operations;
  /** Why moto is not asked, as in the README's table. */
  readonly why: string;
  /** Ids of SOURCES.md. */
  readonly source: string;
}

/** Operations that moto is not asked for, by service. */
export const STAND_INS: Readonly<Record<string, StandIns>> = {
  ec2: {
    operations: CONSOLE,
    why: 'a test sets what the console of a host shows',
    source: 'S23',
  },
  elasticache: {
    operations: ELASTICACHE,
    why: 'moto lacks half of the operations, shows no nodes and keeps deleted caches',
    source: 'S50',
  },
  iam: { operations: PERMISSIONS, why: 'moto cannot simulate permissions', source: 'S37' },
  pricing: { operations: PRICING, why: 'moto lacks the service', source: 'S60' },
  servicequotas: {
    operations: SERVICE_QUOTAS,
    why: 'moto has the quotas of VPC alone, and no test can lower them',
    source: 'S59',
  },
  ssm: {
    operations: HOST_COMMANDS,
    why: 'a test runs the commands; moto runs none and has no managed nodes',
    source: 'S56',
  },
};

/** Services that moto is never asked for. */
const WHOLE_SERVICES: ReadonlySet<string> = new Set(['elasticache', 'pricing']);

export function standIn(service: string, operation: string): Operation | undefined {
  return STAND_INS[service]?.operations[operation];
}

/** True for an operation without a stand-in that must not reach moto, because stand-ins replace its whole service. */
export function isWhole(service: string): boolean {
  return WHOLE_SERVICES.has(service);
}
