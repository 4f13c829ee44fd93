import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { UploadAnswer } from '@darkroom/contracts';
import type { Client } from '../testing/client.js';
import type { DrillPicture } from './drill-pictures.js';
import type { DrillPlatform } from './drill-platform.js';
import type { Ledger } from './ledger.js';
import { Random } from './random.js';

/** Uploads at the same time. */
const LANES = 6;
/** Milliseconds between two attempts of the same call. */
const AGAIN = 250;
/** Least milliseconds between two uploads of a lane after the planned ones. */
const FURTHER_GAP = 300;
/** Milliseconds after which a client gives up a call. */
const PATIENCE = 90_000;
/** Share of pictures that are deleted, and that are retried. Most retries have nothing to do. */
const DELETED = 0.15;
const RETRIED = 0.1;
/** Statuses that allow the same call to be retried. */
const TRY_AGAIN = new Set([409, 429, 502, 503]);

export interface TrafficOptions {
  platform: DrillPlatform;
  ledger: Ledger;
  seed: string;
  /** Aborts all traffic. */
  signal: AbortSignal;
  picture: (index: number) => DrillPicture;
  /** Least number of uploads. */
  count: number;
  /** Whether every fault was seen; uploads continue until then. */
  isOver: () => boolean;
  /** Milliseconds between two uploads of a lane. */
  gap?: number;
}

/** Uploads, deletes and retries by careful clients, which repeat every call until it is answered. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #followUps = new Set<Promise<void>>();
  #calls = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Uploads pictures until the faults are over. Resolves when all uploads, deletes and retries are answered. */
  async run(): Promise<void> {
    const { count, isOver, gap = 0 } = this.#options;
    let next = 0;
    const lane = async (): Promise<void> => {
      while ((next < count || !isOver()) && !this.#options.signal.aborted) {
        next += 1;
        await this.#upload(next - 1);
        await pause(next < count ? gap : Math.max(gap, FURTHER_GAP));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await Promise.all(this.#followUps);
  }

  async #upload(index: number): Promise<void> {
    const { picture, ledger, seed } = this.#options;
    const { bytes, expected } = picture(index);
    // A separate one for each picture, so that its fate does not depend on the order of answers.
    const random = new Random(`${seed} ${index}`);
    const key = randomUUID();
    const file = { name: `${index}.jpg`, bytes };
    ledger.sent += 1;
    const answer = await this.#insist((client) => client.post([file], { 'idempotency-key': key }), [202]);
    if (answer === undefined) return;
    const { items } = UploadAnswer.parse(JSON.parse(answer.text));
    for (const image of items) {
      ledger.answer(image, expected);
      if (random.chance(DELETED)) this.#later(random, () => this.#delete(image.id));
      else if (expected === 'failed' || random.chance(RETRIED))
        this.#later(random, () => this.#retry(image.id));
    }
  }

  /** Waits as long as a person might after an upload. */
  #later(random: Random, work: () => Promise<void>): void {
    const done: Promise<void> = pause(random.between(0, 5_000))
      .then(work)
      .finally(() => this.#followUps.delete(done));
    this.#followUps.add(done);
  }

  async #delete(id: string): Promise<void> {
    this.#options.ledger.deleting(id);
    // A delete whose answer was lost gets a 404 when it is repeated.
    const answer = await this.#insist(
      (client) => client.request(`/api/images/${id}`, { method: 'DELETE' }),
      [204, 404],
    );
    if (answer !== undefined) this.#options.ledger.deleted(id, answer);
  }

  async #retry(id: string): Promise<void> {
    const answer = await this.#insist(
      (client) => client.request(`/api/images/${id}/retry`, { method: 'POST' }),
      // 409: nothing to retry.
      [202, 409],
    );
    if (answer?.status === 202) this.#options.ledger.retries += 1;
  }

  /** Repeats a call until it succeeds. An answer that does not allow a retry is a fault. */
  async #insist(
    call: (client: Client) => Promise<Response>,
    good: readonly number[],
  ): Promise<{ status: number; text: string; attempts: number } | undefined> {
    const { ledger, platform, signal } = this.#options;
    for (let attempts = 1; !signal.aborted; attempts += 1) {
      this.#calls += 1;
      const answer = await attempt(call, platform.client(this.#calls));
      if (answer !== undefined && good.includes(answer.status)) return { ...answer, attempts };
      ledger.refused(answer === undefined ? 'no answer' : String(answer.status));
      if (answer !== undefined && !TRY_AGAIN.has(answer.status)) {
        ledger.faults.push(`a call was answered with ${answer.status}: ${answer.text}`);
        return undefined;
      }
      await pause(AGAIN);
    }
    ledger.faults.push('a call never succeeded');
    return undefined;
  }
}

/** @returns undefined when there was no answer */
async function attempt(
  call: (client: Client) => Promise<Response>,
  client: Client | undefined,
): Promise<{ status: number; text: string } | undefined> {
  if (client === undefined) return undefined;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), PATIENCE);
  try {
    const answering = call(client).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
    }));
    answering.catch(() => undefined);
    return await Promise.race([answering, rejected(over.signal)]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer')), { once: true });
  });
}
