import type { Context } from './context.js';
import { demo } from './profiles/demo.js';

/** The resources of a stack, by the names that its profile gives them. */
export type StackResources = ReturnType<typeof demo.resources>;

/** Defines what a stack is made of; nothing is called yet. */
export function stackResources(context: Context): StackResources {
  return demo.resources(context);
}
