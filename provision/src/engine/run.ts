import type { Resource } from './resource.js';
import type { Clock } from './wait.js';

/** The subject of a progress line. */
export type Subject = Pick<Resource, 'kind' | 'name' | 'typicalSeconds'>;

/** Shows what a run is doing to a subject. */
export type Report = (subject: Subject, activity: string) => void;

/** Passed to every step of a run. */
export interface Run {
  readonly clock: Clock;
  readonly report: Report;
}

/** Seconds until every part of AWS sees a new object: two minutes for IAM, up to five for EC2. */
export const CONSISTENCY_LIMIT = 300;

/**
 * Seconds after which a wait fails. A replication group can take half an hour, and the interfaces of a load balancer
 * can block its security group for a quarter of an hour.
 */
export function readyLimit(resource: Resource): number {
  return Math.max(1200, resource.typicalSeconds * 6);
}
