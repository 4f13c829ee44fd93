import type { Resource } from './resource.js';
import type { Clock } from './wait.js';

/** What a person is told of. */
export type Subject = Pick<Resource, 'kind' | 'name' | 'typicalSeconds'>;

/** What a run is doing with one of them at the moment, in words. */
export type Report = (subject: Subject, words: string) => void;

/** What every step of a run gets. */
export interface Run {
  readonly clock: Clock;
  readonly report: Report;
}

/** Seconds until a new object is seen by every part of AWS: two minutes for IAM, up to five for EC2. */
export const CONSISTENCY_LIMIT = 300;

/**
 * Seconds that anything may take at most: a replication group has been seen to take half an hour, and the interfaces of a
 * load balancer to hold its security group for a quarter of one.
 */
export function readyLimit(resource: Resource): number {
  return Math.max(1200, resource.typicalSeconds * 6);
}
