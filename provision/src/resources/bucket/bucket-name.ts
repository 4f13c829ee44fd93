import { nameOf, type Stack } from '../../stack.js';

/** The account id makes the name unique worldwide, the region makes it unique in the account. */
export function bucketName(stack: Stack): string {
  return `${nameOf(stack, stack.account)}-${stack.region}`;
}
