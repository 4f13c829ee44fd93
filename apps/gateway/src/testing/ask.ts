import { once } from 'node:events';
import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type RequestOptions,
} from 'node:http';
import type { Gateway } from '@darkroom/testing';

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Asking extends Omit<RequestOptions, 'headers'> {
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** Sends a request unchanged: the path is not normalized, and any header is allowed, including `Host`. */
export async function ask(
  gateway: Pick<Gateway, 'port'>,
  path: string,
  { body, ...options }: Asking = {},
): Promise<Answered> {
  const sent = request({ host: '127.0.0.1', port: gateway.port, path, agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** An agent that keeps its connection open. */
export const keepingAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });

/** Parses the body of an answer as JSON. */
export function jsonOf(answered: Answered): Record<string, unknown> {
  return JSON.parse(answered.body.toString()) as Record<string, unknown>;
}
