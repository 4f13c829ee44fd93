/**
 * Node's options for each service. The images use the same (`Dockerfile`).
 *
 * The worker limits V8's heap: MiB of half of the young generation, and MiB below which V8 does not collect the old
 * one. A job leaves a few hundred KB of small objects, and 40 MB are live. Without these options V8 lets garbage grow
 * to 200 MB on a large machine. Only the first of the two can be set from inside the process.
 *
 * The api lets its old generation grow to 128 MiB before V8 collects it. The buffers of sockets in use are promoted to
 * it, and with V8's default of some 50 MiB, one upload in 20 caused a collection of everything.
 */
export const NODE_OPTIONS = {
  api: ['--initial-old-space-size=128', '--enable-source-maps'],
  worker: ['--max-semi-space-size=4', '--initial-old-space-size=48', '--enable-source-maps'],
} as const satisfies Record<string, readonly string[]>;
