import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Bytes below which compression is not worthwhile. */
const WORTH_COMPRESSING = 512;

/** Writes a .br and a .gz file for each text file, so that servers do not compress while a browser waits. */
function precompress() {
  return {
    name: 'darkroom-precompress',
    apply: 'build',
    writeBundle({ dir }) {
      const files = readdirSync(dir, { recursive: true }).filter((name) =>
        /\.(js|css|html|svg|webmanifest)$/.test(name),
      );
      for (const name of files) {
        const file = path.join(dir, name);
        const bytes = readFileSync(file);
        if (bytes.length < WORTH_COMPRESSING) continue;
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        );
      }
    },
  };
}

/**
 * `npm run build -w @darkroom/web` writes dist/. `npm run dev -w @darkroom/web` serves the sources for a platform that
 * `npm start` runs.
 *
 * @type {import('vite').UserConfig}
 */
export default {
  root: import.meta.dirname,
  // Libraries come from their sources, so that a build does not need `tsc -b` first.
  resolve: { conditions: ['@darkroom/source', 'module', 'browser', 'development|production'] },
  plugins: [precompress()],
  build: {
    target: 'baseline-widely-available',
    emptyOutDir: true,
    // Every asset is a file with its hash, so that caches can keep it; data: URLs could not be cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/media'].map((prefix) => [
        prefix,
        { target: process.env.DARKROOM_DEV_API ?? 'http://127.0.0.1:8080' },
      ]),
    ),
  },
};
