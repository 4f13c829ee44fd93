import { DarkroomError } from '@darkroom/errors';

/** Redis would evict jobs when its memory is full. @param policy - its `maxmemory-policy` */
export function evictingBroker(policy: string): DarkroomError {
  return new DarkroomError({
    code: 'evicting_broker',
    status: 500,
    message: `Redis runs with maxmemory-policy ${policy}, which evicts jobs when its memory is full. Set maxmemory-policy to noeviction.`,
  });
}
