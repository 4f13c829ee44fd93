import { inspect } from 'node:util';
import type { Image } from '@darkroom/contracts';
import { drawJpeg } from '@darkroom/testing';
import type { Client } from './client.js';

/** Callers of each kind at the same time. */
const CALLERS = 4;

export interface LoadReport {
  /** Calls that were answered well, by kind. */
  answered: Record<string, number>;
  uploaded: Image[];
  /** One line for each call that was not. */
  failures: string[];
}

/**
 * Calls without a pause: the listing, one picture with its link, and uploads, each by several callers.
 *
 * @param id - a picture that is ready
 * @returns what ends it, once every call under way is answered
 */
export function startLoad(client: Client, id: string): { stop: () => Promise<LoadReport> } {
  const report: LoadReport = { answered: {}, uploaded: [], failures: [] };
  const ending = new AbortController();
  const kinds: Record<string, () => Promise<void>> = {
    list: async () => expectStatus(await client.request('/api/images?limit=10'), 200),
    open: async () => {
      const { variants } = await client.image(id);
      const { status } = await client.open(variants[0]?.url ?? '');
      if (status !== 200) throw new Error(`the link answered ${status}`);
    },
    upload: async () => {
      report.uploaded.push(await client.upload(await picture, 'under-load.jpg'));
    },
  };
  const picture = drawJpeg({ width: 240, height: 160 });
  const caller = async (kind: string, call: () => Promise<void>): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await call();
        report.answered[kind] = (report.answered[kind] ?? 0) + 1;
      } catch (error) {
        report.failures.push(`${kind}: ${inspect(error)}`);
      }
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

async function expectStatus(answer: Response, status: number): Promise<void> {
  const body = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.status} ${body}`);
}
