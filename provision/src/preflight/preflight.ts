import type { Connection } from '../connect.js';
import type { Context } from '../context.js';
import type { Resource } from '../engine/resource.js';
import { ProvisionFault } from '../errors.js';
import { PERMISSIONS } from '../operator-policy.js';
import { missingPermissions } from './permissions.js';
import { shortQuotas } from './quotas.js';

/**
 * Finds out before the first write what would end a run half-way.
 *
 * @param resources - as the last look found them
 * @throws ProvisionFault `unfit` with every permission that is missing, and every quota that is too small
 */
export async function preflight(
  connection: Connection,
  context: Context,
  resources: readonly Resource[],
): Promise<void> {
  const [missing = [], quotas] = await Promise.all([
    missingPermissions(connection, PERMISSIONS),
    shortQuotas(context.aws, resources),
  ]);
  if (missing.length === 0 && quotas.length === 0) return;
  throw new ProvisionFault(
    'unfit',
    [
      'Nothing was changed.',
      ...(missing.length === 0 ? [] : [permissionWords(connection, missing)]),
      ...quotas.map(
        (words) => `A quota is too small: ${words}. The console's Service Quotas takes requests.`,
      ),
      'With --skip-checks the run begins all the same.',
    ].join('\n'),
  );
}

function permissionWords({ caller, stack }: Connection, missing: readonly string[]): string {
  return (
    `${caller} lacks ${missing.length} permissions: ${missing.join(', ')}.\n` +
    `\`npm run provision -- --stack ${stack.name} --print-policy\` prints the policy that has them all.`
  );
}
