import { xmlAnswer } from '../wire/answers.js';
import { textParam } from '../wire/call.js';
import type { Operations } from './operation.js';

/** The console output of a host, which a test sets. */
export const CONSOLE: Operations = {
  GetConsoleOutput: (call, world) =>
    xmlAnswer(call, {
      instanceId: textParam(call, 'InstanceId'),
      timestamp: new Date().toISOString(),
      output: Buffer.from(world.hosts.consoleOutput).toString('base64'),
    }),
};
