import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles `teardown` and its dependencies into one file for Node 24.
 *
 * @param outfile - path of the bundle, an `.mjs` file
 */
export async function bundleTeardown(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, '../src/teardown/teardown.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    logLevel: 'silent',
    // Parts of the SDK are CommonJS and call `require` for Node's modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}
