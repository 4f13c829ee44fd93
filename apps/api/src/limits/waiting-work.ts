import type { Catalogue, OwnerBacklog } from '@darkroom/catalogue';
import type { Settings, WaitingSettings } from '@darkroom/config';
import { doorError, formatBytes, formatNumber } from '@darkroom/errors';
import { Inject, Injectable } from '@nestjs/common';
import { KeptReadings } from '../operations/kept-readings.js';
import { CATALOGUE, SETTINGS } from '../tokens.js';

/** The longest wait when nothing came to rest within the last minute: no worker runs, or each picture takes minutes. */
const NO_PROGRESS_SECONDS = 60;
/** A client looks again after ten minutes at the latest, because an operator may add workers. */
const LONGEST_SECONDS = 600;

/**
 * Refuses uploads of an owner while too much of theirs waits. This is the limit that fits the machine: a caller that
 * uploads faster than the workers process is slowed down to their speed.
 */
@Injectable()
export class WaitingWork {
  readonly #limits: WaitingSettings;
  readonly #backlogs: KeptReadings<OwnerBacklog>;

  constructor(@Inject(SETTINGS) settings: Settings, @Inject(CATALOGUE) { operations }: Catalogue) {
    this.#limits = settings.waiting;
    this.#backlogs = new KeptReadings((owner) => operations.backlog(owner));
  }

  /**
   * Checks the backlog before an upload is read. It is read at most once a second, and uploads that this process
   * accepts in between are added. Only what waits already counts, so that a single upload above the limit still passes.
   *
   * @returns a function that adds the accepted pictures to the backlog
   * @throws DarkroomError `too_much_waiting` with the seconds until there is room, by the speed of the last minute
   */
  async assertRoom(owner: string): Promise<(accepted: readonly { readonly bytes: number }[]) => void> {
    const { maxPictures, maxBytes } = this.#limits;
    if (maxPictures === 0 && maxBytes === 0) return () => undefined;
    const backlog = await this.#backlogs.get(owner);
    const seconds = waitSeconds(backlog, this.#limits);
    if (seconds === 0) {
      return (accepted) => {
        backlog.pictures += accepted.length;
        for (const { bytes } of accepted) backlog.bytes += bytes;
      };
    }
    throw doorError(
      'too_much_waiting',
      `${formatNumber(backlog.pictures)} of your pictures (${formatBytes(backlog.bytes)}) are waiting to be processed. Try again in ${seconds} seconds.`,
      { headers: { 'retry-after': String(seconds) } },
    );
  }
}

/**
 * Seconds until a backlog is below its limits, if it drains as fast as in the last minute. While nothing has drained yet,
 * the speed is unknown: the wait is then as long as the backlog has waited.
 *
 * @returns 0 if it is below them now, otherwise 1 to 600
 */
export function waitSeconds(backlog: OwnerBacklog, limits: WaitingSettings): number {
  const { pictures, bytes, waitedSeconds, drained } = backlog;
  const timeFor = (waiting: number, limit: number, left: number): number => {
    if (limit === 0 || waiting < limit) return 0;
    if (left === 0) return Math.min(NO_PROGRESS_SECONDS, Math.max(1, Math.ceil(waitedSeconds)));
    // A minute without a pause is the longest measurement; right after a pause, it is shorter.
    const perSecond = left / Math.max(1, drained.seconds);
    return Math.min(LONGEST_SECONDS, Math.max(1, Math.ceil((waiting - limit + 1) / perSecond)));
  };
  return Math.max(
    timeFor(pictures, limits.maxPictures, drained.pictures),
    timeFor(bytes, limits.maxBytes, drained.bytes),
  );
}
