import { STSClient } from '@aws-sdk/client-sts';

/**
 * Returns the region that the AWS SDK finds in the environment or in the shared configuration of this machine.
 *
 * @throws the SDK's error when neither names one
 */
export async function defaultRegion(): Promise<string> {
  return await new STSClient({}).config.region();
}
