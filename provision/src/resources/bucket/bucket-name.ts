import { nameOf, type Stack } from '../../stack.js';

/** The account makes the bucket's name unique in the world, the region makes it unique in the account. */
export function bucketName(stack: Stack): string {
  return `${nameOf(stack, stack.account)}-${stack.region}`;
}
