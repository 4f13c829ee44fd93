/**
 * What Node is told about each service. The images say the same (`Dockerfile`).
 *
 * The worker: MiB of half of V8's young generation, and MiB below which it does not collect the old one. A job leaves
 * some hundred KB of small objects behind, and 40 MB live; left to itself V8 lets those pile up to 200 MB, because on a
 * large machine nobody else seems to need them. From within the process only the first of the two can be set.
 */
export const NODE_OPTIONS = {
  api: ['--enable-source-maps'],
  worker: ['--max-semi-space-size=4', '--initial-old-space-size=48', '--enable-source-maps'],
} as const satisfies Record<string, readonly string[]>;
