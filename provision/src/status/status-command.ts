import type { Invocation } from '../cli/invocation.js';
import { openStack } from '../cli/open-stack.js';
import type { Options } from '../cli/parse-options.js';
import { statusText } from './status-text.js';
import { status } from './status.js';

/** `npm run status`: shows what exists and whether it is healthy. Exit code 1 for a stack that is not healthy. */
export async function statusCommand(invocation: Invocation, options: Options): Promise<number> {
  const { context } = await openStack(invocation, options);
  const found = await status(context);
  const { stack } = context;
  invocation.output.write(
    options.json ? `${JSON.stringify({ stack, ...found })}\n` : `${statusText(stack, found)}\n`,
  );
  return found.objects.length === 0 || found.healthy ? 0 : 1;
}
