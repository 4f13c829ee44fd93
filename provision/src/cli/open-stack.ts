import { STSClient } from '@aws-sdk/client-sts';
import type { AwsOptions, Call } from '../aws/clients.js';
import { connect, type Connection } from '../commands/connect.js';
import { NO_NETWORK } from '../aws/network.js';
import type { Context } from '../context.js';
import { realClock } from '../engine/wait.js';
import { ProvisionFault } from '../errors.js';
import { findRemembered } from '../resources/remembered.js';
import { settle } from '../settings.js';
import type { Invocation } from './invocation.js';
import type { Options } from './parse-options.js';

/** The stack that a command line means, and what its resources are defined from. */
export interface OpenStack {
  connection: Connection;
  context: Context;
}

/** Finds region and account of a command line. Nothing is written after Ctrl-C. */
export async function openStack(invocation: Invocation, options: Options): Promise<OpenStack> {
  const { signal } = invocation;
  const onCall = ({ write, service, operation }: Call) => {
    if (write && signal.aborted && operation !== 'DeleteParameter') {
      throw new ProvisionFault('cancelled', `Stopped before ${service}:${operation}.`);
    }
  };
  const connection = await connect(options.stack, { ...(await awsOptions(invocation, options)), onCall });
  const { aws, stack } = connection;
  const kept = await findRemembered(connection);
  const settings = settle(kept?.chosen ?? {}, options.chosen);
  // Only `provision` needs the network and looks it up: a region that is unfit for a new stack may still hold an old one.
  const context: Context = { aws, stack, clock: realClock(signal), settings, network: NO_NETWORK };
  return { connection, context };
}

/** Where to call: the region as the AWS SDK finds it, another endpoint only when the environment names one. */
export async function awsOptions(
  { environment }: Pick<Invocation, 'environment'>,
  { region }: Pick<Options, 'region'>,
): Promise<AwsOptions> {
  const endpoint = environment['AWS_ENDPOINT_URL'];
  return { region: region ?? (await defaultRegion()), ...(endpoint && { endpoint }) };
}

async function defaultRegion(): Promise<string> {
  try {
    return await new STSClient({}).config.region();
  } catch (error) {
    throw new ProvisionFault('usage', 'Which region? Give --region, or set AWS_REGION.', error);
  }
}
