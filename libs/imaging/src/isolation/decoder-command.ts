import { existsSync, realpathSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** MiB of JavaScript heap. Pixels lie outside it, and so does the memory of WebAssembly. */
const HEAP_MEBIBYTES = 128;
/**
 * MiB of a half of the young generation, at once and for good. Left to itself V8 starts with one and lets it grow to
 * 100 MB over some thousand pictures, for the little JavaScript that there is between them.
 */
const YOUNG_MEBIBYTES = 8;
/**
 * MiB below which V8 does not collect the old generation, of which 12 live. Left to itself it does so every eighth
 * picture, and throws away compiled code each time: 74 instead of 67 ms of CPU a picture, with the line above. With 40
 * it is 66 ms, and four decoders pass 500 MB with their worker.
 */
const OLD_MEBIBYTES = 24;

/**
 * The command that starts a decoder process with Node's permission model on: no further process, and no file outside
 * its code and the working folder. It binds JavaScript and WebAssembly, not native code, and in Node 24 it does not
 * know the network: `withoutNetwork` does.
 *
 * @param entry - absolute path of the program, TypeScript or built
 * @param folder - absolute path of the working folder, which has to be there
 */
export function decoderCommand(entry: string, folder: string): string[] {
  const fromSource = entry.endsWith('.ts');
  const work = [folder, realpathSync(folder)];
  const readable = [...codeFolders(entry), ...work];
  return [
    process.execPath,
    `--max-old-space-size=${HEAP_MEBIBYTES}`,
    `--max-semi-space-size=${YOUNG_MEBIBYTES}`,
    `--min-semi-space-size=${YOUNG_MEBIBYTES}`,
    `--initial-old-space-size=${OLD_MEBIBYTES}`,
    '--permission',
    '--allow-addons',
    '--allow-worker',
    ...[...new Set(readable)].map((path) => `--allow-fs-read=${join(path, '/')}`),
    ...[...new Set(work)].map((path) => `--allow-fs-write=${join(path, '/')}`),
    // It warns that addons can do what it forbids, once in every process.
    '--disable-warning=SecurityWarning',
    ...(fromSource ? ['--conditions=@darkroom/source', `--import=${hooks()}`] : []),
    entry,
  ];
}

const hooks = () => pathToFileURL(join(import.meta.dirname, 'run-from-source.ts')).href;

/** The package of the program, this one, those of the workspace that it needs, and the `node_modules` around it. */
function codeFolders(entry: string): string[] {
  const own = packageFolder('..');
  const { dependencies } = createRequire(import.meta.url)(join(own, 'package.json')) as {
    dependencies: Record<string, string>;
  };
  const modules = createRequire(import.meta.url).resolve.paths('sharp') ?? [];
  return [
    packageFolder('..', pathToFileURL(entry).href, dirname(entry)),
    own,
    ...Object.keys(dependencies).map((name) => packageFolder(name)),
    ...modules.filter((path) => existsSync(path)),
  ];
}

/**
 * @param specifier - a package; `..` is the one that `from` lies in
 * @param otherwise - where there is none; without it that is a fault of the installation
 */
function packageFolder(specifier: string, from: string = import.meta.url, otherwise?: string): string {
  const manifest = findPackageJSON(specifier, from);
  // Node 24 returns the last folder that it looked into when it found nothing.
  if (manifest?.endsWith('package.json')) return realpathSync(dirname(manifest));
  if (otherwise === undefined) throw new Error(`The package ${specifier} is not installed.`);
  return otherwise;
}
