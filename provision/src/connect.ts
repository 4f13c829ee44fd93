import { userInfo, hostname } from 'node:os';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createAws, type Aws, type AwsOptions } from './aws/clients.js';
import type { Stack } from './stack.js';

/** A stack, and the caller that works on it. */
export interface Connection {
  aws: Aws;
  stack: Stack;
  /** The caller, as AWS knows it. */
  caller: string;
}

/** Asks AWS for the caller: bad credentials fail here, before anything else. */
export async function connect(name: string, options: AwsOptions): Promise<Connection> {
  const aws = createAws(options);
  const { Account = '', Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  return { aws, stack: { name, region: options.region, account: Account }, caller: Arn };
}

/** The holder of the lock, as a colleague reads it. */
export function ownerWords({ caller }: Connection): string {
  return `${caller} on ${hostname()} (${userName()})`;
}

/** A container may run under a user id without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
