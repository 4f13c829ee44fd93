// `npm run emulator -w @darkroom/aws-emulator`: moto with the emulator in front of it, until Ctrl-C.
import { parseArgs } from 'node:util';
import { INSTANT, STEPWISE } from './pace.js';
import { startEmulator } from './start-emulator.js';
import { startMoto } from './start-moto.js';

const HELP = `Usage: npm run emulator -w @darkroom/aws-emulator -- [options]

  --port N                  port to listen on (default: a free one)
  --pace instant|stepwise   instant: nothing takes time (default); stepwise: everything takes a few polls
  --region R                region of the printed environment (default: eu-central-1)
  --host ADDRESS            address to listen on (default: 127.0.0.1; 0.0.0.0 for containers)
  --moto URL                a running moto server (default: start one)
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    pace: { type: 'string', default: 'instant' },
    region: { type: 'string', default: 'eu-central-1' },
    host: { type: 'string', default: '127.0.0.1' },
    moto: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const moto = values.moto === undefined ? await startMoto() : undefined;
  const emulator = await startEmulator({
    moto: values.moto ?? moto?.endpoint ?? '',
    port: Number(values.port),
    host: values.host,
    region: values.region,
    pace: values.pace === 'stepwise' ? STEPWISE : INSTANT,
  });
  const lines = Object.entries(emulator.environment()).map(([name, value]) => `export ${name}=${value}`);
  console.log(
    `AWS account ${emulator.account} answers at ${emulator.endpoint}. To call it:\n\n${lines.join('\n')}\n`,
  );
  console.log('Press Ctrl-C to stop. Nothing is kept.');
  const stop = async () => {
    await emulator.stop();
    await moto?.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

if (values.help) console.log(HELP);
else await main();
