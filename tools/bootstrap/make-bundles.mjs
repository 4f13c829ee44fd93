// Puts each program of `npm start` and its packages into one file. Node reads, resolves and links the 1,500 files of the
// api for a second, and keeps 30 MB for them. bootstrap.mjs runs this with the project's own Node.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** The programs of each app, by their names in its folder `bundle`: compiled files. */
const APPS = {
  'apps/api': { main: 'apps/api/dist/main.js' },
  'apps/worker': {
    main: 'apps/worker/dist/main.js',
    'decoder-process': 'libs/imaging/dist/isolation/decoder-process.js',
  },
  'apps/launcher': {
    main: 'apps/launcher/dist/main.js',
    'watchdog-main': 'libs/embedded/dist/watchdog-main.js',
  },
};
/** Packages with native code. Only these of sharp: its JavaScript has 60 files, which delay a decoder by 0.1 s. */
const EXTERNAL = [/^@img\/sharp-/];

const root = path.resolve(import.meta.dirname, '../..');

/** Stacks name our sources. Node loads the map at the start, and that of the packages would have 11 MB. */
const ownSourceMaps = {
  name: 'own-source-maps',
  load: {
    filter: { id: /\.[cm]?js$/ },
    handler(file) {
      const isOwn = !file.includes('node_modules');
      const map = isOwn ? JSON.parse(readFileSync(`${file}.map`, 'utf8')) : { mappings: '' };
      return { code: readFileSync(file, 'utf8'), map };
    },
  },
};

/** Each program is bundled alone, so that a decoder does not load what only the worker needs. */
async function makeBundle(name, input, folder) {
  const bundle = await rolldown({
    input: { [name]: path.join(root, input) },
    platform: 'node',
    external: EXTERNAL,
    // Nest tries to import packages that are not installed, and continues without them.
    logLevel: 'silent',
    plugins: [ownSourceMaps],
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    // Without hashes in their names, and over the old files: a platform that runs meanwhile still finds its parts.
    chunkFileNames: `${name}-[name].js`,
    // Half of the text is comments and spaces, which V8 would read and keep. Names stay, for stacks.
    minify: { compress: false, mangle: false, codegen: true },
  });
  await bundle.close();
}

for (const [app, programs] of Object.entries(APPS)) {
  for (const [name, input] of Object.entries(programs)) {
    await makeBundle(name, input, path.join(root, app, 'bundle'));
  }
}
