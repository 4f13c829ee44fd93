import { setTimeout as pause } from 'node:timers/promises';
import type { Catalogue, Changes, Listener, Moment } from '@darkroom/catalogue';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ProblemLogger } from '../http/problem.js';
import { CATALOGUE, LOGGER } from '../tokens.js';

/** Receives what the catalogue changed. */
export interface ChangeSubscriber {
  /** Changes of every owner, in order. */
  changed(changes: Changes): void;
  /** Changes were missed: the client has to reload. */
  reset(position: string): void;
  /** A session somewhere has ended, or may have. */
  checkSession(): void;
  /** 15 seconds have passed. */
  heartbeat(): void;
  /** The process ends. */
  end(): void;
}

const HEARTBEAT_MS = 15_000;
/**
 * Milliseconds between two readings at least. A change that comes alone is told at once; under load several come
 * together, and a picture's states that nobody would have seen are left out.
 */
const READING_EVERY_MS = 50;

/**
 * Reads the catalogue's changes once for all streams of this process. A notification only wakes it; what changed
 * comes from the feed, so a lost notification or connection loses nothing.
 */
@Injectable()
export class ChangeHub implements OnModuleInit, OnModuleDestroy {
  readonly #catalogue: Catalogue;
  readonly #logger: ProblemLogger;
  readonly #subscribers = new Set<ChangeSubscriber>();
  #listener: Listener | undefined;
  /** What has been told so far; undefined while nobody listens. */
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
        this.#logger.warn({ err: error }, 'the listening connection was lost; it comes back by itself'),
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
   * Subscribes to every change that is committed after this resolves, and perhaps some from before.
   *
   * @throws DarkroomError `unavailable` when the database does not answer
   */
  async subscribe(subscriber: ChangeSubscriber): Promise<void> {
    // A client that lost its stream to the shutdown and came back at once: nobody would end this one.
    if (this.#ended) {
      subscriber.end();
      return;
    }
    this.#subscribers.add(subscriber);
    if (this.#at !== undefined) return;
    const moment = await this.#catalogue.changes.moment();
    this.#at ??= moment;
    // Whoever was notified while there was no position to read from has passed it over.
    this.#wake();
  }

  unsubscribe(subscriber: ChangeSubscriber): void {
    this.#subscribers.delete(subscriber);
  }

  #checkSessions(): void {
    for (const subscriber of this.#subscribers) subscriber.checkSession();
  }

  /** Wake-ups during a reading fold into one more reading. */
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
        // The position stays: the next wake-up, at the latest the heartbeat, reads it all.
        this.#logger.warn({ err: error }, 'changes could not be read');
      }
      await pause(READING_EVERY_MS, undefined, { ref: false });
    }
    // In the turn in which nothing was left to read: a wake-up between the two would be lost.
    this.#reading = false;
  }

  async #read(): Promise<void> {
    if (this.#subscribers.size === 0) {
      // Nobody listens: whoever comes begins with a snapshot or a position of their own.
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
