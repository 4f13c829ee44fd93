import { once } from 'node:events';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  body: string;
}

const BOUNDARY = 'e2e-boundary';

/** An upload of one file. The test decides when each part of it is sent. */
export class SlowUpload {
  readonly #request: ClientRequest;
  readonly #answer: Promise<Answer>;

  /** @param base - the api's address */
  constructor(base: string, name: string) {
    this.#request = httpRequest(new URL('/api/images', base), {
      method: 'POST',
      // A separate connection, so that no other request waits for it.
      agent: false,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });
    this.#answer = this.#receive();
    this.#answer.catch(() => undefined);
    this.#request.write(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`,
    );
  }

  /** Sends some bytes of the file. Resolves when the socket can accept more. */
  async send(bytes: Uint8Array): Promise<void> {
    if (!this.#request.write(bytes)) await once(this.#request, 'drain');
  }

  /** Ends the file and the form. */
  finish(): Promise<Answer> {
    this.#request.end(`\r\n--${BOUNDARY}--\r\n`);
    return this.#answer;
  }

  async #receive(): Promise<Answer> {
    const [response] = (await once(this.#request, 'response')) as [import('node:http').IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  }
}
