import type { Context } from './context.js';
import { demo } from './profiles/demo.js';

/** The resources of a stack, by the names that its profile gives them. */
export type StackResources = ReturnType<typeof demo.resources>;

/** Defines the resources of a stack. It calls nothing. */
export function stackResources(context: Context): StackResources {
  return demo.resources(context);
}
