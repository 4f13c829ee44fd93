/** Every path of the api with its methods, for `Allow`. The OpenAPI test holds this list to the documented routes. */
const ROUTES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/api\/images$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/images\/[^/]+$/, ['GET', 'HEAD', 'PATCH', 'DELETE']],
  [/^\/api\/images\/[^/]+\/retry$/, ['POST']],
  [/^\/api\/images\/[^/]+\/(events|download)$/, ['GET', 'HEAD']],
  [/^\/api\/events$/, ['GET', 'HEAD']],
  [/^\/api\/(tags|archive|operations|limits)$/, ['GET', 'HEAD']],
  [/^\/api\/session$/, ['GET', 'HEAD', 'POST', 'DELETE']],
  [/^\/api\/openapi\.json$/, ['GET', 'HEAD']],
  [/^\/api\/docs(\/.*)?$/, ['GET', 'HEAD']],
  [/^\/(healthz|readyz|metrics)$/, ['GET', 'HEAD']],
  [/^\/(status|images\/[^/]+|assets\/.+)?$/, ['GET', 'HEAD']],
  [/^\/media\/.+$/, ['GET', 'HEAD']],
];

/** The methods that a path takes, empty when there is no such path. */
export function allowedMethods(url: string): readonly string[] {
  const path = url.split('?', 1)[0] ?? '';
  return ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? [];
}
