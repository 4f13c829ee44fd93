import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { isAwsError } from '../aws/aws-errors.js';
import type { Aws } from '../aws/clients.js';
import type { Permissions } from '../engine/kind.js';
import type { Quota, Resource } from '../engine/resource.js';

export const QUOTA_PERMISSIONS: Permissions = {
  making: ['servicequotas:GetServiceQuota'],
  repairing: ['servicequotas:GetAWSDefaultServiceQuota'],
};

/**
 * Compares the objects that a run will create with the account's quotas.
 *
 * @param resources - after `plan` has looked at them
 * @returns a text for each quota that is too small; a quota that cannot be read is skipped
 */
export async function findShortQuotas(aws: Aws, resources: readonly Resource[]): Promise<string[]> {
  const quotas = resources.flatMap(({ wanted, seen, quota }) =>
    wanted && seen === undefined && quota !== undefined ? [quota] : [],
  );
  const shortfalls = await Promise.all(quotas.map((quota) => shortfall(aws, quota).catch(passAwsError)));
  return shortfalls.filter((one) => one !== undefined);
}

/** A quota that may not be read, or that this region does not have, does not stop a run. */
function passAwsError(error: unknown): undefined {
  if (!isAwsError(error)) throw error;
}

async function shortfall(aws: Aws, quota: Quota): Promise<string | undefined> {
  const { QuotaCode, name } = quota;
  const [limit, used, needed] = await Promise.all([limitOf(aws, quota), quota.used(), quota.needed()]);
  if (limit === undefined || used + needed <= limit) return undefined;
  return `${name} (${QuotaCode}) is ${limit}; ${used} in use, ${needed} more needed`;
}

/** The limit of the account, or AWS's default if it was never changed. */
async function limitOf(
  { servicequotas }: Aws,
  { ServiceCode, QuotaCode }: Quota,
): Promise<number | undefined> {
  try {
    const { Quota: own } = await servicequotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return own?.Value;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchResourceException')) throw error;
    const answer = await servicequotas.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return answer.Quota?.Value;
  }
}
