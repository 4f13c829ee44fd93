import { userInfo, hostname } from 'node:os';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createAws, type Aws, type AwsOptions } from './aws/clients.js';
import type { Stack } from './stack.js';

/** A stack, and whoever is at work on it. */
export interface Connection {
  aws: Aws;
  stack: Stack;
  /** The caller, as AWS knows it. */
  caller: string;
}

/** Asks AWS who is calling, which finds out about bad credentials first. */
export async function connect(name: string, options: AwsOptions): Promise<Connection> {
  const aws = createAws(options);
  const { Account = '', Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  return { aws, stack: { name, region: options.region, account: Account }, caller: Arn };
}

/** Who holds the lock, in words that a colleague understands. */
export function ownerWords({ caller }: Connection): string {
  return `${caller} on ${hostname()} (${userName()})`;
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
