import { userInfo, hostname } from 'node:os';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createAws, type Aws, type AwsOptions } from './aws/clients.js';
import type { Stack } from './stack.js';

/** A stack, the caller who works on it, and clients for AWS. */
export interface Connection {
  aws: Aws;
  stack: Stack;
  /** The caller, as AWS knows it. */
  caller: string;
}

/** Creates the clients and asks AWS for the caller, so that bad credentials fail here, before anything else. */
export async function connect(name: string, options: AwsOptions): Promise<Connection> {
  const aws = createAws(options);
  const { Account = '', Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  return { aws, stack: { name, region: options.region, account: Account }, caller: Arn };
}

/** Names the holder of the lock for a colleague. */
export function ownerText({ caller }: Connection): string {
  return `${caller} on ${hostname()} (${userName()})`;
}

/** The user's name; a container may run under a user id that has none. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
