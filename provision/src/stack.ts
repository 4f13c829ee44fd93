import { ProvisionFault } from './errors.js';

/** A stack in a region of an account. The three names determine the name of every object. */
export interface Stack {
  /** The value of `--stack`. */
  readonly name: string;
  readonly region: string;
  /** The twelve digits of the account. */
  readonly account: string;
}

/** Tags that mark an object as the stack's. Every object gets them in the call that creates it. */
export const STACK_TAG = 'darkroom:stack';
export const RESOURCE_TAG = 'darkroom:resource';

/**
 * Parses the name of a stack. It has no hyphens, so no stack's prefix is the beginning of another's. With 15
 * characters, the longest name, that of the target group, has the 32 characters that AWS allows.
 *
 * @throws ProvisionFault `usage`
 */
export function parseStackName(text: string): string {
  if (/^[a-z][a-z0-9]{0,14}$/.test(text)) return text;
  throw new ProvisionFault(
    'usage',
    `--stack: expected a lower-case letter and up to 14 more lower-case letters and digits, got "${text}".`,
  );
}

/** The prefix of every name in the stack. */
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

/** The same tags, in the form that most services expect. */
export function tagList(stack: Pick<Stack, 'name'>, resource: string): { Key: string; Value: string }[] {
  return Object.entries(tagsOf(stack, resource)).map(([Key, Value]) => ({ Key, Value }));
}

/** Reads tags in the form that services return. */
export function readTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
