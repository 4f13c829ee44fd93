import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Image, UploadAnswer } from '@darkroom/contracts';
import { drawJpeg } from '@darkroom/testing';
import type { Client } from './client.js';

/** Concurrent callers of each kind. */
const CALLERS = 4;
/** Milliseconds between two calls of one caller, or two attempts of an upload. */
const PAUSE = 20;
/** The same upload is already in flight: its connection ended before the answer, and it was sent again. */
const IN_FLIGHT = 409;

export interface LoadReport {
  /** Successful calls, by kind. */
  answered: Record<string, number>;
  uploaded: Image[];
  /** One line for each failed call. */
  failures: string[];
}

/**
 * Makes calls continuously, with several callers of each kind: the listing, one picture with its link, and uploads.
 * Uploads carry an idempotency key, so that they can be repeated.
 *
 * @param id - a picture that is ready
 * @returns `stop`, which waits for calls in flight and returns the report
 */
export function startLoad(client: Client, id: string): { stop: () => Promise<LoadReport> } {
  const report: LoadReport = { answered: {}, uploaded: [], failures: [] };
  const ending = new AbortController();
  const picture = drawJpeg({ width: 240, height: 160 });
  const kinds: Record<string, () => Promise<void>> = {
    list: async () => expectStatus(await again(() => client.request('/api/images?limit=10')), 200),
    open: async () => {
      const { variants } = await again(() => client.image(id));
      const { status } = await again(() => client.open(variants[0]?.url ?? ''));
      if (status !== 200) throw new Error(`the link answered ${status}`);
    },
    upload: async () => {
      report.uploaded.push(await uploadOnce(client, await picture));
    },
  };
  const caller = async (kind: string, call: () => Promise<void>): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await call();
        report.answered[kind] = (report.answered[kind] ?? 0) + 1;
      } catch (error) {
        report.failures.push(`${kind}: ${inspect(error)}`);
      }
      await pause(PAUSE);
    }
  };
  const callers = Object.entries(kinds).flatMap(([kind, call]) =>
    Array.from({ length: CALLERS }, () => caller(kind, call)),
  );
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(callers);
      return report;
    },
  };
}

/**
 * Retries a request once when its connection ended before the answer, as browsers do with idempotent requests (RFC 9110,
 * 9.2.2): a server may close an idle connection at the moment in which the client reuses it.
 */
async function again<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // `fetch` throws only this error when a connection fails.
    if (error instanceof TypeError) return call();
    throw error;
  }
}

async function uploadOnce(client: Client, bytes: Uint8Array): Promise<Image> {
  const key = randomUUID();
  for (;;) {
    const file = { name: `${key}.jpg`, bytes };
    const answer = await again(() => client.post([file], { 'idempotency-key': key }));
    if (answer.status !== IN_FLIGHT) {
      const body: unknown = await answer.json();
      if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
      return UploadAnswer.parse(body).items[0] as Image;
    }
    await answer.body?.cancel();
    await pause(PAUSE);
  }
}

async function expectStatus(answer: Response, status: number): Promise<void> {
  const body = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.status} ${body}`);
}
