import type { Context, Step } from './context.js';
import { libvipsFault } from './libvips-fault.js';

/**
 * Runs the steps in order over one context.
 *
 * @throws PictureFault when the picture is the cause, the original error otherwise
 */
export async function runSteps(
  steps: readonly Step[],
  context: Context,
  onStep: (step: Step) => void,
): Promise<void> {
  for (const step of steps) {
    context.deadline.check();
    onStep(step);
    try {
      await step.run(context);
    } catch (error) {
      throw libvipsFault(error) ?? error;
    }
  }
}
