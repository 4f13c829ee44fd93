import { setTimeout as pause } from 'node:timers/promises';
import type { Catalogue, Changes, Listener, Moment } from '@darkroom/catalogue';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ProblemLogger } from '../http/problem.js';
import { CATALOGUE, LOGGER } from '../tokens.js';

/** Receives the changes of the catalogue. */
export interface ChangeSubscriber {
  /** Changes of every owner, in order. */
  changed(changes: Changes): void;
  /** Changes were missed: the client must reload. */
  reset(position: string): void;
  /** A session may have ended. */
  checkSession(): void;
  /** 15 seconds have passed. */
  heartbeat(): void;
  /** The process is shutting down. */
  end(): void;
}

const HEARTBEAT_MS = 15_000;
/**
 * Minimum milliseconds between two reads. A single change is sent at once. Under load one read returns several changes,
 * and leaves out states of a picture that lasted for less than this.
 */
const READING_EVERY_MS = 50;

/**
 * Reads the catalogue's changes once for all streams of this process. A notification only wakes it. The changes come
 * from the feed, so a lost notification or connection loses no change.
 */
@Injectable()
export class ChangeHub implements OnModuleInit, OnModuleDestroy {
  readonly #catalogue: Catalogue;
  readonly #logger: ProblemLogger;
  readonly #subscribers = new Set<ChangeSubscriber>();
  #listener: Listener | undefined;
  /** The changes sent so far; undefined without subscribers. */
  #at: Moment | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #reading = false;
  #ended = false;
  #again = false;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue, @Inject(LOGGER) logger: ProblemLogger) {
    this.#catalogue = catalogue;
    this.#logger = logger;
  }

  onModuleInit(): void {
    this.#listener = this.#catalogue.listen(
      ['darkroom_changes', 'darkroom_sessions'],
      (channel) => (channel === 'darkroom_changes' ? this.#wake() : this.#checkSessions()),
      (error) =>
        this.#logger.warn({ err: error }, 'lost the listening connection; it reconnects automatically'),
    );
    this.#heartbeat = setInterval(() => {
      for (const subscriber of this.#subscribers) subscriber.heartbeat();
      this.#wake();
      this.#checkSessions();
    }, HEARTBEAT_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#ended = true;
    for (const subscriber of this.#subscribers) subscriber.end();
    this.#subscribers.clear();
    await this.#listener?.close();
  }

  /**
   * Subscribes to every change that is committed after this resolves, and possibly to some earlier ones.
   *
   * @throws DarkroomError `unavailable` when the database does not answer
   */
  async subscribe(subscriber: ChangeSubscriber): Promise<void> {
    // A client reconnected during the shutdown. No later step would end its stream.
    if (this.#ended) {
      subscriber.end();
      return;
    }
    this.#subscribers.add(subscriber);
    if (this.#at !== undefined) return;
    const moment = await this.#catalogue.changes.moment();
    this.#at ??= moment;
    // A notification that arrived before there was a position was skipped.
    this.#wake();
  }

  unsubscribe(subscriber: ChangeSubscriber): void {
    this.#subscribers.delete(subscriber);
  }

  #checkSessions(): void {
    for (const subscriber of this.#subscribers) subscriber.checkSession();
  }

  /** Wake-ups during a read cause one more read. */
  #wake(): void {
    this.#again = true;
    if (this.#reading) return;
    void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    while (this.#again) {
      this.#again = false;
      try {
        await this.#read();
      } catch (error) {
        // The position is unchanged: the next wake-up, at the latest the heartbeat, reads these changes.
        this.#logger.warn({ err: error }, 'could not read changes');
      }
      await pause(READING_EVERY_MS, undefined, { ref: false });
    }
    // In the same turn of the event loop as the check above: a wake-up between the two would be lost.
    this.#reading = false;
  }

  async #read(): Promise<void> {
    if (this.#subscribers.size === 0) {
      // Without subscribers: a new one begins with a snapshot or with its own position.
      this.#at = undefined;
      return;
    }
    if (this.#at === undefined) return;
    const { next, told } = this.#at;
    const changes = await this.#catalogue.changes.since(next, { told });
    if (changes === null) {
      this.#at = await this.#catalogue.changes.moment();
      for (const subscriber of this.#subscribers) subscriber.reset(this.#at.next);
      return;
    }
    this.#at = { next: changes.next, told: changes.told };
    for (const subscriber of this.#subscribers) subscriber.changed(changes);
  }
}
