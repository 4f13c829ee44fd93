import { Agent, request as httpRequest } from 'node:http';
import { bodyOf } from './wire/parse-call.js';
import type { Answer, Call } from './wire/call.js';
import { parseXml, type XmlElement } from './wire/xml.js';

/** API versions in the requests of the query services. */
const VERSIONS: Readonly<Record<string, string>> = {
  ec2: '2016-11-15',
  elasticloadbalancing: '2015-12-01',
  iam: '2010-05-08',
  monitoring: '2010-08-01',
};

/** Headers that belong to one connection, or that do not fit a rewritten body. */
const LEFT_OUT = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'host',
]);

/** The account and region of a rule's question to moto. */
export type Place = Pick<Call, 'account' | 'region'>;

/** The moto server behind the proxy. Questions of rules are not recorded as calls. */
export class Moto {
  private readonly agent = new Agent({ keepAlive: true });

  /** @param endpoint - e.g. `http://127.0.0.1:5000` */
  constructor(private readonly endpoint: string) {}

  /** Forwards a call unchanged, in its account. */
  forward(call: Call): Promise<Answer> {
    return this.send(call, call.request.method, call.request.url, {
      headers: call.request.headers,
      body: bodyOf(call),
    });
  }

  /**
   * Asks a service with a query protocol.
   *
   * @throws Error with moto's answer if it is not a success
   */
  async query(
    place: Place,
    service: string,
    operation: string,
    params: Record<string, string> = {},
  ): Promise<XmlElement> {
    const body = new URLSearchParams({ Action: operation, Version: VERSIONS[service] ?? '', ...params });
    const { status, body: answer } = await this.send(place, 'POST', '/', {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: signature(place, service),
      },
      body: Buffer.from(body.toString()),
    });
    const text = answer.toString('utf8');
    if (status >= 300) throw new Error(`moto answers ${operation} with ${status}: ${text.slice(0, 500)}`);
    return parseXml(text);
  }

  /**
   * Asks a service with a JSON protocol.
   *
   * @param service - as in a signature's scope
   * @param target - as in `X-Amz-Target`, e.g. `secretsmanager.DescribeSecret`
   * @returns the answer; undefined for an error
   */
  async json(
    place: Place,
    service: string,
    target: string,
    params: object,
  ): Promise<Record<string, unknown> | undefined> {
    const { status, body } = await this.send(place, 'POST', '/', {
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': target,
        authorization: signature(place, service),
      },
      body: Buffer.from(JSON.stringify(params)),
    });
    return status < 300 ? (JSON.parse(body.toString('utf8')) as Record<string, unknown>) : undefined;
  }

  /** Reads or changes a setting of a bucket, for example `GET /bucket?location`. */
  s3(place: Place, method: string, path: string, body = ''): Promise<Answer> {
    return this.send(place, method, path, {
      headers: { authorization: signature(place, 's3'), host: 's3.amazonaws.com' },
      body: Buffer.from(body),
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private send(
    place: Place,
    method: string,
    path: string,
    { headers, body }: { headers: NodeJS.Dict<string | string[]>; body: Buffer },
  ): Promise<Answer> {
    const kept = Object.entries(headers).filter(
      ([name, value]) => !LEFT_OUT.has(name) && value !== undefined,
    );
    return new Promise((resolve, reject) => {
      const request = httpRequest(new URL(path, this.endpoint), {
        agent: this.agent,
        method,
        headers: {
          ...(Object.fromEntries(kept) as Record<string, string>),
          'content-length': String(body.length),
          'x-moto-account-id': place.account,
        },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 500,
            headers: response.headers as Record<string, string>,
            body: Buffer.concat(chunks),
          }),
        );
      });
      request.end(body);
    });
  }
}

/** moto reads the scope of a signature without checking the signature. */
function signature({ region }: Place, service: string): string {
  return `AWS4-HMAC-SHA256 Credential=emulator/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
