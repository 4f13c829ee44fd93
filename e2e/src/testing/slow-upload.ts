import { once } from 'node:events';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  body: string;
}

const BOUNDARY = 'e2e-boundary';

/** An upload of one file whose bytes are sent when the test says so. */
export class SlowUpload {
  readonly #request: ClientRequest;
  readonly #answer: Promise<Answer>;

  /** @param base - the api's address */
  constructor(base: string, name: string) {
    this.#request = httpRequest(new URL('/api/images', base), {
      method: 'POST',
      // A connection of its own: no other request waits behind it.
      agent: false,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });
    this.#answer = this.#receive();
    this.#answer.catch(() => undefined);
    this.#request.write(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`,
    );
  }

  /** Sends some bytes of the file; resolves when there is room for more. */
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
