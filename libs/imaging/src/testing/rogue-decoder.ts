import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { basename, join } from 'node:path';
import { endWithParent } from '../isolation/end-with-parent.js';
import type { DecoderRequest } from '../isolation/protocol.js';
import { readLines } from '../isolation/read-lines.js';

// A decoder process that decodes nothing: the name of the picture selects its behaviour.

endWithParent();
const channel = new Socket({ fd: 3 });
const send = (message: unknown) => channel.write(`${JSON.stringify(message)}\n`);

/** Sends a valid answer, with a text in place of the thumbhash. */
function answer({ id, recipe, outputFolder }: DecoderRequest, text = '', folder = outputFolder): void {
  const variants = recipe.sizes.map(({ name }) => {
    const path = join(folder, `${name}.jpeg`);
    return { name, format: 'jpeg', width: 1, height: 1, bytes: 1, path };
  });
  const unknown = { takenAt: null, camera: null, colourProfile: null, dominantColour: null };
  const facts = { width: 1, height: 1, frames: 1, thumbhash: text, ...unknown };
  send({ type: 'done', id, result: { facts, variants } });
}

let late: DecoderRequest | undefined;
const kept: Buffer[] = [];

const BEHAVIOURS: Record<string, (request: DecoderRequest) => void> = {
  fine: (request) => answer(request),
  process: (request) => answer(request, String(process.pid)),
  abort: () => process.abort(),
  segfault: () => process.kill(process.pid, 'SIGSEGV'),
  'crash in a library': ({ id }) => {
    send({ type: 'heic', id, report: { decoder: 'a library' } });
    setImmediate(() => process.kill(process.pid, 'SIGSEGV'));
  },
  'crash in a library once': (request) => {
    if (request.heicDecoder === 'webassembly') return answer(request);
    send({ type: 'heic', id: request.id, report: { decoder: 'a library' } });
    setImmediate(() => process.kill(process.pid, 'SIGSEGV'));
  },
  exit: () => process.exit(0),
  throw: () => {
    throw new Error('The decoder failed.');
  },
  hang: () => undefined,
  loop: () => {
    process.stderr.write('looping');
    for (;;);
  },
  'use up memory': () => {
    for (;;) kept.push(Buffer.alloc(2 ** 24, 1));
  },
  'report memory': () => send({ type: 'memory', bytes: 2 ** 40 }),
  'send garbage': () => channel.write('\0\x01}{ garbage\n'),
  'send null': () => send(null),
  'send an endless line': () => channel.write('x'.repeat(2 ** 20)),
  'send ready again': () => send({ type: 'ready' }),
  'answer for another': (request) => answer({ ...request, id: request.id + 1000 }),
  'answer with too few variants': (request) =>
    answer({ ...request, recipe: { ...request.recipe, sizes: [] } }),
  'answer with a file elsewhere': (request) => answer(request, '', '/etc'),
  'answer with an unknown code': ({ id }) => send({ type: 'fault', id, code: 'toString', message: '' }),
  'answer twice': (request) => {
    answer(request);
    answer(request);
  },
  'answer again later': (request) => {
    answer(request);
    late = request;
  },
  noise: (request) => {
    process.stderr.write('noise '.repeat(50_000), () => answer(request));
  },
  'wait for a sign': (request) => {
    const timer = setInterval(() => {
      if (!existsSync(`${request.input.path}.sign`)) return;
      clearInterval(timer);
      answer(request);
    }, 5);
  },
  // The bytes of the picture contain the address.
  connect: (request) => {
    const address = readFileSync(request.input.path, 'latin1');
    const socket = /^\d+$/.test(address) ? connect(Number(address), '127.0.0.1') : connect(address);
    socket.on('connect', () => answer(request, 'connected'));
    socket.on('error', (error) => answer(request, 'code' in error ? String(error.code) : error.message));
  },
  'break out': (request) => {
    const tries = [
      () => readFileSync('/proc/self/environ'),
      () => readFileSync('/etc/hosts'),
      () => spawnSync('true'),
    ];
    answer(request, tries.map(codeOf).join());
  },
};

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'another error';
  }
}

function serve(request: DecoderRequest): void {
  // Answer before beginning the new picture, so that the pool cannot mistake this for its answer.
  if (late) return answer(late);
  send({ type: 'begun', id: request.id });
  BEHAVIOURS[basename(request.input.path)]?.(request);
}

readLines(channel, 2 ** 20, (line) => serve(JSON.parse(line) as DecoderRequest), process.abort);
send({ type: 'ready' });
