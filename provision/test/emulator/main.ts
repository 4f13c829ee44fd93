// `npm run emulator -w provision`: moto server with the emulator in front of it, until Ctrl-C.
import { startMoto, startWatchdog } from '@darkroom/testing';
import { parseArgs } from 'node:util';
import { startEmulator } from './start-emulator.js';
import { INSTANT, STEPWISE } from './pace.js';

const HELP = `Usage: npm run emulator -w provision -- [--port N] [--pace instant|stepwise] [--region R] [--host ADDRESS]

  --port     where to listen; a free port by default
  --pace     instant: nothing takes time (default); stepwise: everything takes a few looks, as on AWS
  --region   region of the printed environment; eu-central-1 by default
  --host     address to listen on; 127.0.0.1 by default, 0.0.0.0 for containers
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    pace: { type: 'string', default: 'instant' },
    region: { type: 'string', default: 'eu-central-1' },
    host: { type: 'string', default: '127.0.0.1' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const watchdog = startWatchdog();
  const moto = await startMoto(watchdog);
  const emulator = await startEmulator({
    moto: moto.service.endpoint,
    port: Number(values.port),
    host: values.host,
    region: values.region,
    pace: values.pace === 'stepwise' ? STEPWISE : INSTANT,
  });
  const lines = Object.entries(emulator.environment()).map(([name, value]) => `export ${name}=${value}`);
  console.log(
    `AWS account ${emulator.account} answers at ${emulator.endpoint}. To call it:\n\n${lines.join('\n')}\n`,
  );
  console.log('Ctrl-C ends it and forgets everything.');
  const stop = async () => {
    await emulator.stop();
    await moto.stop();
    await watchdog.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

if (values.help) console.log(HELP);
else await main();
