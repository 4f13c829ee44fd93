import { writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface StubBehaviour {
  /** Fails with an error at the start. */
  failsAtStart?: boolean;
  /** Continues after SIGTERM. */
  ignoresStop?: boolean;
}

/** The report of a stub, in `<name>.json` next to its program. */
export interface StubReport {
  pid: number;
  environment: Record<string, string>;
}

/**
 * Writes a program that stands in for the api or the worker. It responds on its port, starts a child process, and
 * records in `ends.log` that it was told to stop.
 *
 * @returns the program's path
 */
export async function createStub(
  folder: string,
  name: 'api' | 'worker',
  behaviour: StubBehaviour = {},
): Promise<string> {
  const port = name === 'api' ? 'DARKROOM_PORT' : 'DARKROOM_WORKER_PORT';
  const program = `
    import { spawn } from 'node:child_process';
    import { appendFileSync, writeFileSync } from 'node:fs';
    import { createServer } from 'node:http';
    if (${behaviour.failsAtStart === true}) {
      console.log(JSON.stringify({ level: 'fatal', msg: 'cannot start', err: { message: 'the lens is missing' } }));
      process.exit(3);
    }
    const folder = ${JSON.stringify(folder)};
    spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
    writeFileSync(folder + '/${name}.json', JSON.stringify({ pid: process.pid, environment: process.env }));
    createServer((request, response) => {
      if (request.url !== '/crash') return response.end('ok');
      console.log(JSON.stringify({ level: 'error', msg: 'the shutter is stuck' }));
      process.exit(7);
    }).listen(Number(process.env.${port}), '127.0.0.1');
    const end = (why) => {
      appendFileSync(folder + '/ends.log', '${name} ' + why + '\\n');
      if (${behaviour.ignoresStop !== true}) process.exit(0);
    };
    process.on('SIGTERM', () => end('SIGTERM'));
    process.on('disconnect', () => end('disconnect'));
  `;
  const file = path.join(folder, `${name}-stub.mjs`);
  await writeFile(file, program);
  return file;
}
