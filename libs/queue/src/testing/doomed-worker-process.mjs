// The entry of a child process that a test forks and kills. Node alone cannot run the workspace's TypeScript.
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

const server = await createViteServer({
  configFile: false,
  logLevel: 'error',
  root: fileURLToPath(new URL('../..', import.meta.url)),
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  ssr: { resolve: { conditions: ['@darkroom/source'] } },
});
const { runDoomedWorker } = await server.ssrLoadModule(
  fileURLToPath(new URL('doomed-worker.ts', import.meta.url)),
);
const { options, lockDurationMs } = JSON.parse(process.argv[2]);
await runDoomedWorker(options, lockDurationMs);
