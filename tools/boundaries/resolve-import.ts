import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { ImportTarget, Project } from './workspace.ts';

/** Source extensions to try for each extension in an import. */
const SOURCE_OF: readonly (readonly [string, readonly string[]])[] = [
  ['.js', ['.ts', '.tsx', '.js', '.jsx']],
  ['.mjs', ['.mts', '.mjs']],
  ['.cjs', ['.cts', '.cjs']],
  ['', ['', '.ts', '.tsx', '.js', '.mjs', '/index.ts', '/index.tsx', '/index.js']],
];

export interface ResolveContext {
  readonly projects: readonly Project[];
  /** Paths of all source files. */
  readonly paths: ReadonlySet<string>;
  /** Scope of the workspace's packages: `@darkroom`. */
  readonly scope: string;
}

/** Resolves `specifier` in the file at `from`. */
export function resolveImport(
  specifier: string | undefined,
  from: string,
  context: ResolveContext,
): ImportTarget {
  if (specifier === undefined) return { type: 'computed' };
  if (/^\.{1,2}(\/|$)/.test(specifier)) {
    const path = posix.join(posix.dirname(from), specifier.replace(/[?#].*$/, ''));
    return { type: 'relative', path: sourcePath(path, context.paths) };
  }
  // An absolute path or URL depends on the machine. It is treated as outside the workspace.
  if (/^(\/|file:)/.test(specifier)) return { type: 'relative', path: `../${specifier}` };
  if (isBuiltin(specifier)) return { type: 'builtin', name: specifier };
  return packageTarget(specifier, context);
}

/** Returns `@scope/name` or `name` of a specifier with a subpath. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function packageTarget(specifier: string, { projects, paths, scope }: ResolveContext): ImportTarget {
  const name = packageName(specifier);
  const project = projects.find((candidate) => candidate.manifest.name === name);
  if (project !== undefined) {
    const source = project.manifest.entries.get(`.${specifier.slice(name.length)}`);
    const entry = source === undefined ? undefined : posix.join(project.folder, source);
    return { type: 'workspace', project, entry: entry !== undefined && paths.has(entry) ? entry : undefined };
  }
  return name.startsWith(`${scope}/`) ? { type: 'unknown-workspace', name } : { type: 'package', name };
}

function sourcePath(path: string, paths: ReadonlySet<string>): string {
  for (const [written, sources] of SOURCE_OF) {
    if (!path.endsWith(written)) continue;
    const stem = path.slice(0, path.length - written.length);
    const found = sources.map((source) => stem + source).find((candidate) => paths.has(candidate));
    if (found !== undefined) return found;
  }
  return path;
}
