import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface RunningMoto {
  /** e.g. `http://127.0.0.1:41234` */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Milliseconds. moto imports the models of all its services first. */
const LIMIT = 60_000;

/**
 * Starts moto server on a free port of the loopback address: `moto_server` from the PATH.
 *
 * @throws Error if it cannot be started, with the command that installs it
 */
export async function startMoto(): Promise<RunningMoto> {
  // Without AWS's own policies (MOTO_IAM_LOAD_MANAGED_POLICIES): 1,300 of them in each account make moto grow to
  // gigabytes.
  const server = spawn('moto_server', ['--host', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    return { endpoint: await readEndpoint(server), stop: () => stop(server) };
  } catch (error) {
    await stop(server);
    throw new Error("moto_server did not start. Install it with `pip install 'moto[server]'`.", {
      cause: error,
    });
  }
}

/** moto logs the address that it listens on. Later lines are read and dropped, so that the pipe never fills. */
function readEndpoint(server: ChildProcess & { stderr: NodeJS.ReadableStream }): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${LIMIT} ms`)), LIMIT);
    const log: string[] = [];
    const lines = createInterface({ input: server.stderr });
    const onLine = (line: string) => {
      log.push(line);
      const endpoint = /Running on (http:\/\/\S+)/.exec(line)?.[1];
      if (endpoint === undefined) return;
      lines.off('line', onLine);
      clearTimeout(timer);
      resolve(endpoint);
    };
    lines.on('line', onLine);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`exit code ${code}\n${log.join('\n')}`)));
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}
