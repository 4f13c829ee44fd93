import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '../../src/context.js';
import { readRelease } from '../../src/release/read-release.js';
import type { Stack } from '../../src/stack.js';
import { docker } from './docker.js';

const ROOT = join(import.meta.dirname, '../../..');
const TARGETS = ['api', 'worker', 'gateway'] as const;
/** Images that a host would pull. */
export const PULLED = ['postgres:17'];

/** Builds the images of this checkout, as Compose does. Docker caches the layers, so only the first time is slow. */
export async function buildImages(tag: string): Promise<string[]> {
  return Promise.all(
    TARGETS.map(async (target) => {
      const image = `${tag}-${target}`;
      await docker('build', '--quiet', '--target', target, '--tag', image, ROOT);
      return image;
    }),
  );
}

export interface SampleRelease {
  /** The tag that was passed to `buildImages`. */
  tag: string;
  /** PEM of the broker's certificate authority, which api and worker trust in addition to those of Node. */
  authority: string;
  /** More Dockerfile lines for a service. Other lines give another release. */
  more?: { api?: string; worker?: string };
}

/**
 * Creates a release of this checkout whose Dockerfile reuses existing images. Building them again in a host with an
 * empty Docker takes minutes.
 */
export async function sampleRelease(
  stack: Stack,
  { tag, authority, more = {} }: SampleRelease,
): Promise<Release> {
  const root = await mkdtemp(join(tmpdir(), 'darkroom-sample-release-'));
  await mkdir(join(root, 'provision'));
  await Promise.all([
    cp(join(ROOT, 'docker-compose.yml'), join(root, 'docker-compose.yml')),
    cp(join(ROOT, 'provision/host'), join(root, 'provision/host'), { recursive: true }),
    writeFile(join(root, '.dockerignore'), '*\n!authority.pem\n'),
    writeFile(join(root, 'authority.pem'), authority),
    writeFile(join(root, 'Dockerfile'), TARGETS.map((target) => stage(tag, target, more)).join('\n')),
  ]);
  const release = await readRelease(root, stack);
  const content = await release.pack();
  await rm(root, { recursive: true });
  return { ...release, pack: () => Promise.resolve(content) };
}

function stage(
  tag: string,
  target: (typeof TARGETS)[number],
  more: NonNullable<SampleRelease['more']>,
): string {
  const from = `FROM ${tag}-${target} AS ${target}`;
  if (target === 'gateway') return from;
  const trust = 'COPY --chmod=644 authority.pem /authority.pem\nENV NODE_EXTRA_CA_CERTS=/authority.pem';
  return [from, trust, more[target]].join('\n');
}
