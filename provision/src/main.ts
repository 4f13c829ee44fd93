import { probableCause } from './aws/aws-errors.js';
import { explain } from './cli/explain.js';
import type { Invocation } from './cli/invocation.js';
import { HELP, parseOptions, type Command, type Options } from './cli/parse-options.js';
import { ProvisionFault } from './errors.js';
import { operatorPolicy } from './operator-policy.js';
import { provisionCommand } from './provision/provision-command.js';
import { statusCommand } from './status/status-command.js';
import { teardownCommand } from './teardown/teardown-command.js';

const RUN: Readonly<Record<Command, (invocation: Invocation, options: Options) => Promise<number>>> = {
  provision: provisionCommand,
  teardown: teardownCommand,
  status: statusCommand,
};

/** Runs one command and returns its exit code. */
export async function main(invocation: Invocation): Promise<number> {
  try {
    const options = parseOptions(invocation.arguments);
    if (options.help) {
      invocation.output.write(`${HELP}\n`);
      return 0;
    }
    if (options.printPolicy) {
      invocation.output.write(`${JSON.stringify(operatorPolicy(options.stack), undefined, 2)}\n`);
      return 0;
    }
    return await RUN[options.command](invocation, options);
  } catch (error) {
    invocation.errors.write(`${explain(error)}\n`);
    const isExplained = error instanceof ProvisionFault || probableCause(error) !== undefined;
    if (!isExplained && error instanceof Error && !('$metadata' in error)) {
      invocation.errors.write(`${error.stack}\n`);
    }
    return 1;
  }
}
