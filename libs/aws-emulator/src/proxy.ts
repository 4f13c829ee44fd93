import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Ledger, RecordedCall } from './calls/ledger.js';
import type { FaultList, Hit } from './faults/fault-list.js';
import type { Damage } from './faults/kinds.js';
import { isWhole, standIn } from './fakes/stand-ins.js';
import { RULES } from './rules/index.js';
import { faultAnswer } from './wire/answers.js';
import { AwsFault } from './wire/aws-fault.js';
import type { Answer, Call, RawRequest } from './wire/call.js';
import { parseCall } from './wire/parse-call.js';
import type { World } from './world.js';

export interface ProxyParts {
  ledger: Ledger;
  faults: FaultList;
  /** The current world; a reset creates a new one. */
  world: () => World;
}

/** Creates the server that stands for AWS. */
export function createProxy(parts: ProxyParts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      // A failure of the emulator itself must not look like one of AWS.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`emulator: ${request.method} ${request.url}: ${text}\n`);
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(`EmulatorFailure: ${text}`);
    });
  });
}

async function handle(
  { ledger, faults, world }: ProxyParts,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const call = parseCall(await read(request), ledger.count + 1);
  const recorded = ledger.begin(call);
  let answer: Answer | undefined;
  try {
    const hit = faults.hit(call);
    answer = await answerWith(hit, call, recorded, world());
    if (answer) send(response, answer);
    else if (hit?.damage === 'cut') request.socket.destroy();
  } finally {
    ledger.end(recorded, answer);
  }
}

/** The answer for the caller; undefined if the connection gets none. */
async function answerWith(
  hit: Hit | undefined,
  call: Call,
  recorded: RecordedCall,
  world: World,
): Promise<Answer | undefined> {
  if (hit?.when === 'before') return damaged(call, hit.damage);
  const answer = await answerCall(call, world);
  recorded.tookEffect = answer.status < 400;
  return hit === undefined ? answer : damaged(call, hit.damage);
}

function damaged(call: Call, damage: Damage): Answer | undefined {
  if (damage === 'cut' || damage === 'silence') return undefined;
  if (damage !== 'html-500') return faultAnswer(call, damage);
  const page =
    '<!doctype html><html><title>500 Internal Server Error</title><h1>Internal Server Error</h1></html>';
  return { status: 500, headers: { 'content-type': 'text/html' }, body: Buffer.from(page) };
}

/** The answer of AWS: from the rules, then from a stand-in or moto, then changed by the rules in reverse order. */
async function answerCall(call: Call, world: World): Promise<Answer> {
  const rules = RULES.filter(({ on }) => on.includes(call.name));
  try {
    for (const { before } of rules) {
      const answer = await before?.(call, world);
      if (answer) return answer;
    }
    // Rules see refusals too, because one of them may wait for the end of the call.
    let answer = await origin(call, world).catch((error: unknown) => faultAnswer(call, asFault(error)));
    for (const { after } of rules.toReversed()) answer = (await after?.(call, answer, world)) ?? answer;
    return answer;
  } catch (error) {
    if (error instanceof AwsFault) return faultAnswer(call, error);
    throw error;
  }
}

function asFault(error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsFault('EmulatorFailure', text);
}

async function origin(call: Call, world: World): Promise<Answer> {
  const operation = standIn(call.service, call.operation);
  if (operation) return operation(call, world);
  if (isWhole(call.service)) {
    throw new AwsFault(
      'InvalidAction',
      `The emulator has no ${call.name}; see the README of @darkroom/aws-emulator`,
    );
  }
  const answer = await world.moto.forward(call);
  if (answer.status !== 500 || !answer.headers['content-type']?.includes('html')) return answer;
  // If it were passed on, an SDK would take it for a fault of AWS and retry.
  throw new AwsFault(
    'NotInEmulator',
    `moto cannot answer this ${call.name}: it lacks the call or failed at it`,
  );
}

async function read(request: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

/** Headers of moto's answer that may not match the forwarded body. */
const NOT_SENT_ON = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const kept = Object.entries(headers).filter(([name]) => !NOT_SENT_ON.has(name));
  // The answer to a HEAD has the length of a body that is not sent.
  const length = response.req.method === 'HEAD' ? headers['content-length'] : String(body.length);
  response.writeHead(status, {
    ...Object.fromEntries(kept),
    ...(length !== undefined && { 'content-length': length }),
  });
  response.end(body);
}
