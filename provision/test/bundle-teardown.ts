import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles `teardown` and all it needs into one file for Node 24.
 *
 * @param outfile - an `.mjs`
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
    // Parts of the SDK are CommonJS and ask for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}
