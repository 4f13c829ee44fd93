// `npm run provision`, `npm run teardown` and `npm run status`.
import { runCommand } from './command.mjs';

await runCommand('provision', 'provision/main.mjs');
