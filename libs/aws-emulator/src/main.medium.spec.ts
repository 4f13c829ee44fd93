import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';

/** As built by `tsc -b`, which `npm test` does first. */
const MAIN = join(import.meta.dirname, '../dist/main.js');

describe.skipIf(!services().moto)('the emulator as a program', () => {
  it('starts its own moto, prints an environment that works, and ends on SIGTERM', async () => {
    const program = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(program, 'exit');
    const environment: Record<string, string> = {};
    for await (const line of createInterface({ input: program.stdout })) {
      const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      environment[name] = value;
      if (line.startsWith('Press Ctrl-C')) break;
    }
    const client = new STSClient({
      endpoint: environment['AWS_ENDPOINT_URL'] ?? '',
      region: environment['AWS_REGION'] ?? '',
      credentials: {
        accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
      },
    });
    const { Account = '' } = await client.send(new GetCallerIdentityCommand({}));
    expect(environment['AWS_ACCESS_KEY_ID']).toContain(Account);
    client.destroy();

    program.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
