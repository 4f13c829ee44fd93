import type { OperationsAnswer } from '@darkroom/contracts';

/**
 * Pictures that somebody waits for: those that no worker has begun, and those in hand. What further formats and deleted
 * files leave to do is behind them.
 */
export function picturesToDo(queue: NonNullable<OperationsAnswer['queue']>): number {
  const { waiting = 0, active = 0, delayed = 0 } = queue.find(({ name }) => name === 'process-image') ?? {};
  return waiting + active + delayed;
}
