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
 * Compares what is about to be made with the account's quotas.
 *
 * @param resources - as the last look found them
 * @returns a sentence for each quota that is too small; one that cannot be read says nothing
 */
export async function shortQuotas(aws: Aws, resources: readonly Resource[]): Promise<string[]> {
  const quotas = resources.flatMap(({ wanted, seen, quota }) =>
    wanted && seen === undefined && quota !== undefined ? [quota] : [],
  );
  const sentences = await Promise.all(quotas.map((quota) => shortfall(aws, quota).catch(passAwsError)));
  return sentences.filter((one) => one !== undefined);
}

/** A quota that may not be read, or is not known in this region, ends no run. */
function passAwsError(error: unknown): undefined {
  if (!isAwsError(error)) throw error;
}

async function shortfall(aws: Aws, quota: Quota): Promise<string | undefined> {
  const { QuotaCode, name } = quota;
  const [limit, used, needed] = await Promise.all([limitOf(aws, quota), quota.used(), quota.needed()]);
  if (limit === undefined || used + needed <= limit) return undefined;
  return `${name} (${QuotaCode}): ${limit}, of which ${used} are used and ${needed} more are needed`;
}

/** The account's own, or AWS's default where nobody has changed it. */
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
