import type { Variant } from '@darkroom/contracts';
import { costOf, type ReadRow } from './load-report.js';
import type { PlatformClient } from './platform-client.js';
import { readLoad } from './read-load.js';
import { difference, type Stack } from './stack.js';

export interface ReadSuite {
  client: PlatformClient;
  stack: Stack | undefined;
  connections: number;
  seconds: number;
  onProgress: (text: string) => void;
}

const WARM_UP_SECONDS = 2;

interface Target {
  name: string;
  path: string;
  headers?: Record<string, string>;
  status?: number;
}

/** The gallery's listing as browsers request it, uncompressed, and with `If-None-Match`. */
export async function listingRows(suite: ReadSuite): Promise<ReadRow[]> {
  const path = '/api/images';
  const compressed = { 'Accept-Encoding': 'gzip' };
  const etag = (await suite.client.ask(path)).headers.get('etag') ?? '';
  const known = { 'If-None-Match': etag };
  return [
    await measure(suite, { name: 'listing', path, headers: compressed }),
    await measure(suite, { name: 'listing, uncompressed', path }),
    await measure(suite, { name: 'listing, revalidated', path, headers: known, status: 304 }),
  ];
}

/** A picture, and a static file of about the same size, which nginx serves without asking the api. */
export async function mediaRows(suite: ReadSuite): Promise<ReadRow[]> {
  const file = await largestAsset(suite.client);
  const { items } = await suite.client.page();
  const variants = items.flatMap((image) => image.variants);
  const picture = nearest(variants, file?.bytes ?? 0);
  if (picture === undefined) throw new Error('the platform has no picture to request');
  const rows: ReadRow[] = [];
  if (file !== undefined) rows.push(await measure(suite, { name: 'file of the page', path: file.path }));
  rows.push(await measure(suite, { name: 'picture', path: picture.url }));
  return rows;
}

async function measure(suite: ReadSuite, { name, path, headers, status = 200 }: Target): Promise<ReadRow> {
  const { client, stack, connections, seconds } = suite;
  const load = {
    url: new URL(path, client.origin),
    headers: { ...client.headers, ...headers },
    connections,
    status,
  };
  suite.onProgress(`${name}: ${connections} connections, ${seconds} s`);
  await readLoad({ ...load, seconds: WARM_UP_SECONDS });
  const before = await stack?.cpuSeconds();
  const result = await readLoad({ ...load, seconds });
  const after = await stack?.cpuSeconds();
  const used = before && after ? difference(before, after) : undefined;
  return { name, ...result, cost: costOf(used, result.requests) };
}

/** @returns undefined when the platform serves no page */
async function largestAsset(client: PlatformClient): Promise<{ path: string; bytes: number } | undefined> {
  const page = await (await client.ask('/')).text();
  const paths = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  const assets = await Promise.all(
    paths.map(async (path) => ({ path, bytes: (await (await client.ask(path)).arrayBuffer()).byteLength })),
  );
  return assets.toSorted((a, b) => b.bytes - a.bytes)[0];
}

function nearest(variants: readonly Variant[], bytes: number): Variant | undefined {
  return variants.toSorted((a, b) => Math.abs(a.bytes - bytes) - Math.abs(b.bytes - bytes))[0];
}
