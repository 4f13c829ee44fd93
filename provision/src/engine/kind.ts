import type { Aws } from '../aws/clients.js';
import { namePrefix, type Stack } from '../stack.js';
import type { Cost } from './resource.js';

/** A call as IAM names it, e.g. `ec2:CreateVolume`. */
export type Action = `${string}:${string}`;

/** The service of an action or an ARN: `iam` for both `iam:GetRole` and `arn:aws:iam::…`. */
export const serviceOf = (text: string) => text.replace(/^arn:[^:]*:/, '').split(':')[0] ?? '';

/** The permissions that an operator needs for one part of a stack. */
export interface Permissions {
  /** Called whenever a stack is created and deleted. A test compares this with the recorded calls, both ways. */
  readonly making?: readonly Action[];
  /** Called by some runs only: after changed settings, manual changes or an interrupted run. */
  readonly repairing?: readonly Action[];
  /** Never called by the code, but AWS checks it during another call. */
  readonly indirect?: readonly Action[];
  /** Those of the above that list or read across names. A policy cannot limit them to the stack. */
  readonly listing?: readonly Action[];
  /**
   * The ARNs that a policy can limit the other actions to.
   *
   * @param prefix - what the stack's names begin with
   */
  readonly arns?: (prefix: string) => readonly string[];
  /** Example ARNs of one stack in one account. The preflight asks IAM about these. */
  readonly examples?: (stack: Stack) => readonly string[];
}

/** The roles that AWS creates for a service when an account first uses it. */
export const SERVICE_ROLES = 'arn:aws:iam::*:role/aws-service-role/*';

/** An object that a search found. */
export interface SearchHit {
  readonly id: string | undefined;
  readonly costs?: readonly Cost[];
}

/** Finds every object of a kind that has the stack's tag or one of its names. It only reads. */
export type Search = (aws: Aws, stack: Stack) => Promise<SearchHit[]>;

/** A kind of object. Its resource file declares it once, however many resources of that kind a profile has. */
export interface Kind extends Permissions {
  /** Name for the plan, e.g. `load balancer`. */
  readonly name: string;
  /** Finds leftovers of this kind. Absent for parts of other objects, which AWS deletes with them. */
  readonly search?: Search;
}

/** Creates a search that keeps only names with the stack's prefix. */
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
