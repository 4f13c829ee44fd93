import { routes } from '@darkroom/contracts';

/** What the api serves beside the documented routes: the gallery and the assets of the docs. */
const UNDOCUMENTED = ['/', '/status', '/images/{id}', '/assets/{key}', '/api/docs/{key}'];

interface AllowedPath {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/** `{key}` is a path of any depth, every other parameter one segment; the router reads them the same way. */
function patternOf(path: string): RegExp {
  const source = path
    .split(/(\{\w+\})/)
    .map((part) => {
      if (part === '{key}') return '.+';
      return part.startsWith('{') ? '[^/]+' : part.replaceAll('.', '\\.');
    })
    .join('');
  return new RegExp(`^${source}$`);
}

function allowedPaths(): readonly AllowedPath[] {
  const methodsOf = new Map<string, Set<string>>(UNDOCUMENTED.map((path) => [path, new Set(['GET'])]));
  for (const { path, method } of routes) {
    const methods = methodsOf.get(path) ?? new Set();
    methodsOf.set(path, methods.add(method.toUpperCase()));
  }
  return [...methodsOf].map(([path, methods]) => {
    // Fastify answers HEAD wherever there is GET.
    const all = methods.has('GET') ? methods.add('HEAD') : methods;
    return { pattern: patternOf(path), methods: [...all] };
  });
}

const PATHS = allowedPaths();

/** The methods that a path accepts, for `Allow`; empty when there is no such path. */
export function allowedMethods(url: string): readonly string[] {
  const path = url.split('?', 1)[0] ?? '';
  return PATHS.find(({ pattern }) => pattern.test(path))?.methods ?? [];
}
