import type { Invocation } from '../cli/invocation.js';
import { openStack } from '../cli/open-stack.js';
import type { Options } from '../cli/parse-options.js';
import { statusText } from './status-text.js';
import { status } from './status.js';

/** `npm run status`: what there is, and whether it is well. Exit code 1 when it is there and not healthy. */
export async function statusCommand(invocation: Invocation, options: Options): Promise<number> {
  const { context } = await openStack(invocation, options);
  const found = await status(context);
  const { stack } = context;
  invocation.output.write(
    options.json ? `${JSON.stringify({ stack, ...found })}\n` : `${statusText(stack, found)}\n`,
  );
  return found.objects.length === 0 || found.healthy ? 0 : 1;
}
