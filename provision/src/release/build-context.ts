import { readFile, readdir } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

/** Files that a host needs in addition to the sources of its images. */
const BESIDE = ['Dockerfile', '.dockerignore', 'docker-compose.yml', 'provision/host'];

/**
 * Lists the files of a release: those that `.dockerignore` lets Docker send to its builder, and those that start it.
 *
 * @param root - the checkout
 * @returns sorted paths relative to the checkout, with `/`
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
    // .dockerignore may name files that this checkout does not have.
    if (code === 'ENOENT') return [];
    throw error;
  }
}
