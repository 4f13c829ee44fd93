import { fileURLToPath } from 'node:url';

// The worker of the platform, with a decoder that does nothing.

process.argv.push('--decoder', fileURLToPath(new URL('idle-decoder.js', import.meta.url)));
await import(new URL('../../../apps/worker/dist/main.js', import.meta.url).href);
