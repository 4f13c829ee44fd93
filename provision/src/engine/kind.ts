import type { Aws } from '../aws/clients.js';
import { namePrefix, type Stack } from '../stack.js';
import type { Cost } from './resource.js';

/** A call as IAM names it, e.g. `ec2:CreateVolume`. */
export type Action = `${string}:${string}`;

/** The service of an action or of an ARN: `iam` of both `iam:GetRole` and `arn:aws:iam::…`. */
export const serviceOf = (text: string) => text.replace(/^arn:[^:]*:/, '').split(':')[0] ?? '';

/** What an operator needs to be allowed for one part of a stack. */
export interface Permissions {
  /** Called whenever a stack is made and removed; a test holds this to the recorded calls, both ways. */
  readonly making?: readonly Action[];
  /** Called by some runs only: after other settings, a change by hand or a run that was broken off. */
  readonly repairing?: readonly Action[];
  /** AWS asks for it on the way; the code never calls it. */
  readonly indirect?: readonly Action[];
  /** Those of the above that list or look across names: a policy cannot limit them to the stack. */
  readonly listing?: readonly Action[];
  /**
   * What a policy can limit the other actions to.
   *
   * @param prefix - of the stack's names
   */
  readonly arns?: (prefix: string) => readonly string[];
  /** The same for one stack in one account: the preflight asks IAM about these. */
  readonly examples?: (stack: Stack) => readonly string[];
}

/** The roles that AWS makes for a service the first time an account uses it. */
export const SERVICE_ROLES = 'arn:aws:iam::*:role/aws-service-role/*';

/** An object that a search found. */
export interface SearchHit {
  readonly id: string | undefined;
  readonly costs?: readonly Cost[];
}

/** Finds every object of a kind that bears the stack's tag or a name of the stack, with read calls alone. */
export type Search = (aws: Aws, stack: Stack) => Promise<SearchHit[]>;

/** A kind of object. Its resource file declares it, whatever number of resources of that kind a profile has. */
export interface Kind extends Permissions {
  /** In the field's own words, e.g. `load balancer`. */
  readonly name: string;
  /** Finds what is left of this kind; absent for what is part of other objects and gone with them. */
  readonly search?: Search;
}

/** A search that keeps the names with the stack's prefix. */
export function searchByName(list: (aws: Aws, prefix: string) => Promise<SearchHit[]>): Search {
  return async (aws, stack) => {
    const prefix = namePrefix(stack);
    return (await list(aws, prefix)).filter(({ id }) => id?.startsWith(prefix) === true);
  };
}

/** Reads all pages of a list. */
export async function readPages<Page, One>(
  pages: AsyncIterable<Page>,
  read: (page: Page) => readonly One[] | undefined,
): Promise<One[]> {
  const found: One[] = [];
  for await (const page of pages) found.push(...(read(page) ?? []));
  return found;
}
