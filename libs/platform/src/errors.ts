import { DarkroomError } from '@darkroom/errors';

/** Redis would throw jobs out when its memory is full. @param policy - its `maxmemory-policy` */
export function evictingBroker(policy: string): DarkroomError {
  return new DarkroomError({
    code: 'evicting_broker',
    status: 500,
    message: `Redis runs with maxmemory-policy ${policy}: when its memory is full it throws jobs out. Set maxmemory-policy to noeviction.`,
  });
}
