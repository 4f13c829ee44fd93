import { ProvisionFault } from './errors.js';

/** One stack in one region of one account; together they name every object. */
export interface Stack {
  /** As `--stack` says. */
  readonly name: string;
  readonly region: string;
  /** The twelve digits of the account. */
  readonly account: string;
}

/** Tags that say whose an object is; every object gets them in the call that creates it. */
export const STACK_TAG = 'darkroom:stack';
export const RESOURCE_TAG = 'darkroom:resource';

/**
 * Takes a stack's name. Without hyphens no stack's prefix is the beginning of another's; with 15 characters the longest
 * name, that of the target group, has the 32 that AWS takes.
 *
 * @throws ProvisionFault `usage`
 */
export function parseStackName(text: string): string {
  if (/^[a-z][a-z0-9]{0,14}$/.test(text)) return text;
  throw new ProvisionFault(
    'usage',
    `--stack takes a letter and up to 14 more lower-case letters and digits, not "${text}".`,
  );
}

/** What every name of the stack begins with. */
export function namePrefix(stack: Pick<Stack, 'name'>): string {
  return `darkroom-${stack.name}-`;
}

/** The name of one of the stack's objects. */
export function nameOf(stack: Pick<Stack, 'name'>, part: string): string {
  return `${namePrefix(stack)}${part}`;
}

/** The tags of one of the stack's objects. */
export function tagsOf(stack: Pick<Stack, 'name'>, resource: string): Record<string, string> {
  return { Name: nameOf(stack, resource), [STACK_TAG]: stack.name, [RESOURCE_TAG]: resource };
}

/** The same, in the shape that most services take. */
export function tagList(stack: Pick<Stack, 'name'>, resource: string): { Key: string; Value: string }[] {
  return Object.entries(tagsOf(stack, resource)).map(([Key, Value]) => ({ Key, Value }));
}

/** Reads tags as services give them. */
export function readTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
