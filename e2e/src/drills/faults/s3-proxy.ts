import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Errors of an overloaded S3. Clients must retry both. */
const ERRORS = [
  { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
  { status: 500, code: 'InternalError', message: 'We encountered an internal error. Please try again.' },
] as const;

/** A proxy for an S3 server that fails or delays calls. It forwards `Host`, so signatures stay valid. */
export class S3Proxy {
  readonly url: string;
  readonly #server: Server;
  readonly #agent: Agent;
  readonly #state: State;

  private constructor(url: string, server: Server, agent: Agent, state: State) {
    this.url = url;
    this.#server = server;
    this.#agent = agent;
    this.#state = state;
  }

  /** @param target - URL of the server */
  static async start(target: string): Promise<S3Proxy> {
    const agent = new Agent({ keepAlive: true });
    const state: State = { mode: 'open', delay: 0, failed: 0, slowed: 0 };
    const server = createServer((call, answer) => void pass({ call, answer }, new URL(target), agent, state));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new S3Proxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, agent, state);
  }

  /** Number of calls answered with an error. */
  get failed(): number {
    return this.#state.failed;
  }

  /** Number of delayed calls. */
  get slowed(): number {
    return this.#state.slowed;
  }

  /** Answers every call with an S3 error until {@link mend}. */
  fail(): void {
    this.#state.mode = 'failing';
  }

  /** @param delay - milliseconds by which each call is delayed until {@link mend} */
  slow(delay: number): void {
    Object.assign(this.#state, { mode: 'slow', delay });
  }

  mend(): void {
    this.#state.mode = 'open';
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
    this.#agent.destroy();
  }
}

interface State {
  mode: 'open' | 'failing' | 'slow';
  delay: number;
  failed: number;
  slowed: number;
}

interface Call {
  call: IncomingMessage;
  answer: ServerResponse;
}

async function pass({ call, answer }: Call, target: URL, agent: Agent, state: State): Promise<void> {
  if (state.mode === 'failing') {
    fail({ call, answer }, state);
    return;
  }
  if (state.mode === 'slow') {
    state.slowed += 1;
    await pause(state.delay);
  }
  const onward = request({
    agent,
    host: target.hostname,
    port: target.port,
    method: call.method,
    path: call.url,
    headers: call.headers,
  });
  onward.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  call.on('error', () => onward.destroy());
  answer.on('close', () => onward.destroy());
  call.pipe(onward);
}

function fail({ call, answer }: Call, state: State): void {
  const { status, code, message } = ERRORS[state.failed % 2] ?? ERRORS[0];
  state.failed += 1;
  call.resume();
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  answer.writeHead(status, { 'content-type': 'application/xml', connection: 'close' });
  answer.end(call.method === 'HEAD' ? undefined : body);
}
