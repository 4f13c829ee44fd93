import { existsSync, realpathSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** MiB of JavaScript heap. Pixels and the memory of WebAssembly are outside of it. */
const HEAP_MEBIBYTES = 128;
/**
 * MiB of a half of the young generation, allocated from the start. By default, V8 starts with one and lets it grow to
 * 100 MB over some thousand pictures, for the little JavaScript between them.
 */
const YOUNG_MEBIBYTES = 8;
/**
 * MiB below which V8 does not collect the old generation; 12 of them are live. By default, it collects after every
 * eighth picture and discards compiled code each time: 74 instead of 67 ms of CPU a picture, with the setting above.
 * With 40 it is 66 ms, but four decoders and their worker exceed 500 MB.
 */
const OLD_MEBIBYTES = 24;

/**
 * Returns the command that starts a decoder process with Node's permission model on: no further process, and no file
 * outside its code and the working folder. The model restricts JavaScript and WebAssembly, not native code. In Node 24
 * it does not cover the network; `isolateFromNetwork` does.
 *
 * @param entry - absolute path of the program, TypeScript or built
 * @param folder - absolute path of the working folder, which must exist
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
    // Node warns that addons can do what the model forbids, once in every process.
    '--disable-warning=SecurityWarning',
    ...(fromSource ? ['--conditions=@darkroom/source', `--import=${hooks()}`] : []),
    entry,
  ];
}

const hooks = () => pathToFileURL(join(import.meta.dirname, 'run-from-source.ts')).href;

/** Returns the package of the program, this package, its workspace dependencies, and the `node_modules` around it. */
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
 * @param specifier - a package; `..` is the package that contains `from`
 * @param otherwise - the result when there is no package; without it, a missing package is a fault of the installation
 */
function packageFolder(specifier: string, from: string = import.meta.url, otherwise?: string): string {
  const manifest = findPackageJSON(specifier, from);
  // Node 24 returns the last folder that it searched when it found nothing.
  if (manifest?.endsWith('package.json')) return realpathSync(dirname(manifest));
  if (otherwise === undefined) throw new Error(`The package ${specifier} is not installed.`);
  return otherwise;
}
