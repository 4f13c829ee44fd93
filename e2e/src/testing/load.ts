import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Image, UploadAnswer } from '@darkroom/contracts';
import { drawJpeg } from '@darkroom/testing';
import type { Client } from './client.js';

/** Callers of each kind at the same time. */
const CALLERS = 4;
/** Milliseconds between two calls of one caller, or two tries of an upload. */
const PAUSE = 20;
/** The same upload is under way already: its connection ended before the answer, and it was sent again. */
const UNDER_WAY = 409;

export interface LoadReport {
  /** Calls that were answered well, by kind. */
  answered: Record<string, number>;
  uploaded: Image[];
  /** One line for each call that was not answered well. */
  failures: string[];
}

/**
 * Calls all the time: the listing, one picture with its link, and uploads, each by several callers. Uploads carry a key,
 * under which they may be sent again.
 *
 * @param id - a picture that is ready
 * @returns what ends it, once every call under way is answered
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
 * Sends a request once more when its connection ended before the answer, as browsers do with what may be sent twice
 * (RFC 9110, 9.2.2): a server may close a connection that is kept open in the very moment in which it is used again.
 */
async function again<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // The one error that `fetch` has.
    if (error instanceof TypeError) return call();
    throw error;
  }
}

async function uploadOnce(client: Client, bytes: Uint8Array): Promise<Image> {
  const key = randomUUID();
  for (;;) {
    const file = { name: `${key}.jpg`, bytes };
    const answer = await again(() => client.post([file], { 'idempotency-key': key }));
    if (answer.status !== UNDER_WAY) {
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
