import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { defaultRecipe } from '@darkroom/contracts';
import { allSizes, HTTP_PEERS, type HttpPeerServer, startHttpPeer } from './http-peers.js';
import type { BenchPicture } from './pictures.js';
import { sendThrough, WARM_UP as PIPELINE_WARM_UP } from './pipeline-suite.js';
import { BenchPlatform, bodyOf, launcher } from './platform.js';
import { ratios, spread, type Spread } from './statistics.js';

export interface PeerRow {
  picture: string;
  /** Pictures per second through the whole platform, from the upload to `ready`. */
  pipeline: Spread;
  peers: {
    peer: string;
    /** Pictures per second, each as the same four JPEGs at quality 80. */
    rate: Spread;
    /** The pipeline's rate divided by the peer's rate of the same round. */
    pipelineOfPeer: Spread;
  }[];
}

export interface PeerOptions {
  rounds: number;
  /** Pictures that the pipeline processes in a round. */
  count: number;
  onProgress: (text: string) => void;
}

/** Processes a number of pictures. @returns pictures per second */
type Measure = (count: number) => Promise<number>;

interface Peer {
  name: string;
  /** Makes all sizes of a picture once. Each slot has separate output files. */
  make: (picture: BenchPicture, slot: number) => Promise<void>;
}

/**
 * Measures the whole platform and every peer on the PATH in turns, each round one after another, so that a slow minute
 * affects all of them. The platform makes JPEGs only, as the peers do.
 */
export async function peerSuite(pictures: readonly BenchPicture[], options: PeerOptions): Promise<PeerRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const servers: HttpPeerServer[] = [];
  let platform: BenchPlatform | undefined;
  try {
    const [first] = pictures;
    if (first === undefined) return [];
    for (const peer of HTTP_PEERS.filter(({ command }) => isInstalled(command)))
      servers.push(await startHttpPeer(peer, { picture: first, folder }));
    const peers: Peer[] = servers.map((server) => ({
      name: server.peer.command,
      make: (picture) => allSizes(server, picture),
    }));
    if (isInstalled('vipsthumbnail'))
      peers.push({
        name: 'vipsthumbnail',
        make: (picture, slot) => vipsthumbnail(picture, join(folder, String(slot))),
      });
    platform = await BenchPlatform.start(join(folder, 'data'), launcher({ DARKROOM_FORMATS: 'jpeg' }));
    const rows: PeerRow[] = [];
    for (const picture of pictures) rows.push(await compare(platform, peers, picture, options));
    return rows;
  } finally {
    await platform?.stop();
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  platform: BenchPlatform,
  peers: readonly Peer[],
  picture: BenchPicture,
  { rounds, count, onProgress }: PeerOptions,
): Promise<PeerRow> {
  const body = await bodyOf(picture);
  const ours = async (pictures: number): Promise<number> => {
    const { rate, ids } = await sendThrough(platform, body, pictures);
    for (const id of ids) await platform.delete(id);
    return rate;
  };
  const lanes = peers.map(({ name, make }) => {
    const measure: Measure = (pictures) => rateOf((slot) => make(picture, slot), pictures);
    return { name, measure, rates: [] as number[] };
  });
  const pipeline: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    onProgress(`peers, ${picture.name}: round ${round} of ${rounds}`);
    const isWarmUp = round === 0;
    const rate = await ours(isWarmUp ? PIPELINE_WARM_UP : count);
    if (!isWarmUp) pipeline.push(rate);
    for (const { measure, rates } of lanes) {
      const peerRate = await measure(isWarmUp ? PEER_WARM_UP : PEER_COUNT);
      if (!isWarmUp) rates.push(peerRate);
    }
  }
  return {
    picture: picture.name,
    pipeline: spread(pipeline),
    peers: lanes.map(({ name, rates }) => ({
      peer: name,
      rate: spread(rates),
      pipelineOfPeer: ratios(pipeline, rates),
    })),
  };
}

function isInstalled(command: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, command)));
}

const PEER_WARM_UP = 8;
const PEER_COUNT = 40;

/** One picture in flight per core. */
async function rateOf(make: (slot: number) => Promise<void>, count: number): Promise<number> {
  let left = count;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async (_, slot) => {
      while (left > 0) {
        left -= 1;
        await make(slot);
      }
    }),
  );
  return count / ((performance.now() - began) / 1000);
}

/** The command of libvips. It runs one process per size, so it decodes the picture four times. */
async function vipsthumbnail({ path }: BenchPicture, output: string): Promise<void> {
  for (const { name, longSide } of defaultRecipe.sizes) {
    const file = `${output}-${name}.jpg[Q=80,strip]`;
    const args = [path, '--size', `${longSide}x${longSide}>`, '--eprofile', 'srgb', '-o', file];
    const env = { ...process.env, VIPS_CONCURRENCY: '1' };
    await once(spawn('vipsthumbnail', args, { env, stdio: 'ignore' }), 'exit');
  }
}
