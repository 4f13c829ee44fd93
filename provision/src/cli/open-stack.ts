import type { AwsOptions, Call } from '../aws/clients.js';
import { defaultRegion } from '../aws/default-region.js';
import { NO_NETWORK } from '../aws/network.js';
import { connect, type Connection } from '../connect.js';
import type { Context } from '../context.js';
import { realClock } from '../engine/wait.js';
import { ProvisionFault } from '../errors.js';
import { findRemembered } from '../resources/remembered.js';
import { settle } from '../settings.js';
import type { Invocation } from './invocation.js';
import type { Options } from './parse-options.js';

/** The stack of a command line, and the context of its resources. */
export interface OpenStack {
  connection: Connection;
  context: Context;
}

/** Finds the region and the account. After Ctrl-C, its clients refuse every write except the release of the lock. */
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
  // Only `provision` needs the network and looks it up: a region without one may still hold an old stack.
  const context: Context = { aws, stack, clock: realClock(signal), settings, network: NO_NETWORK };
  return { connection, context };
}

/** The region, by default the one that the AWS SDK finds, and the endpoint if the environment sets one. */
export async function awsOptions(
  { environment }: Pick<Invocation, 'environment'>,
  { region }: Pick<Options, 'region'>,
): Promise<AwsOptions> {
  const endpoint = environment['AWS_ENDPOINT_URL'];
  return { region: region ?? (await regionOfMachine()), ...(endpoint && { endpoint }) };
}

async function regionOfMachine(): Promise<string> {
  try {
    return await defaultRegion();
  } catch (error) {
    throw new ProvisionFault('usage', 'Which region? Pass --region or set AWS_REGION.', error);
  }
}
