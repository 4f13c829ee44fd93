import { readFile, readdir } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

/** What a host needs beside what its images are built from. */
const BESIDE = ['Dockerfile', '.dockerignore', 'docker-compose.yml', 'provision/host'];

/**
 * The files that a release is made of: what Docker would send to its builder, by `.dockerignore`, and what starts it.
 *
 * @param root - the checkout
 * @returns paths relative to it, with `/`, sorted
 */
export async function buildContext(root: string): Promise<string[]> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n').map((line) => line.trim());
  const rules = lines.filter((line) => line !== '' && !line.startsWith('#') && line !== '*');
  const included = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
  const ignored = rules.filter((rule) => !rule.startsWith('!'));
  const isIgnored = (path: string) => ignored.some((pattern) => matchesGlob(path, pattern));
  const found = await Promise.all([...included, ...BESIDE].map((path) => filesBelow(root, path, isIgnored)));
  return [...new Set(found.flat())].toSorted();
}

async function filesBelow(
  root: string,
  path: string,
  isIgnored: (path: string) => boolean,
): Promise<string[]> {
  if (isIgnored(path)) return [];
  try {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    const wanted = entries.filter((entry) => entry.isFile() || entry.isDirectory());
    return (
      await Promise.all(wanted.map(({ name }) => filesBelow(root, `${path}/${name}`, isIgnored)))
    ).flat();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTDIR') return [path];
    // .dockerignore may name what this checkout does not have.
    if (code === 'ENOENT') return [];
    throw error;
  }
}
