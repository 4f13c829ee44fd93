import type { Connection } from '../connect.js';
import type { Context } from '../context.js';
import type { Resource } from '../engine/resource.js';
import { ProvisionFault } from '../errors.js';
import { PERMISSIONS } from '../operator-policy.js';
import { findMissingPermissions } from './permissions.js';
import { findShortQuotas } from './quotas.js';

/**
 * Checks, before the first write, for problems that would stop a run half-way.
 *
 * @param resources - after `plan` has looked at them
 * @throws ProvisionFault `unfit` with every permission that is missing, and every quota that is too small
 */
export async function preflight(
  connection: Connection,
  context: Context,
  resources: readonly Resource[],
): Promise<void> {
  const [missing = [], quotas] = await Promise.all([
    findMissingPermissions(connection, PERMISSIONS),
    findShortQuotas(context.aws, resources),
  ]);
  if (missing.length === 0 && quotas.length === 0) return;
  throw new ProvisionFault(
    'unfit',
    [
      'Nothing was changed.',
      ...(missing.length === 0 ? [] : [permissionText(connection, missing)]),
      ...quotas.map(
        (shortfall) =>
          `A quota is too small: ${shortfall}. Request an increase under Service Quotas in the console.`,
      ),
      'To run without this check, pass --skip-checks.',
    ].join('\n'),
  );
}

function permissionText({ caller, stack }: Connection, missing: readonly string[]): string {
  return (
    `${caller} lacks these permissions: ${missing.join(', ')}.\n` +
    `\`npm run provision -- --stack ${stack.name} --print-policy\` prints a policy with all that are needed.`
  );
}
