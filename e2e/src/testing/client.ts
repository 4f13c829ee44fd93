import { Image, ImagePage, type Problem, UploadAnswer } from '@darkroom/contracts';
import { EventReader } from './event-reader.js';

export interface NamedFile {
  name: string;
  bytes: Uint8Array;
}

/** `fetch`'s options, with headers by name. */
export type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** The answer to a link, with its bytes. */
export interface Opened {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

/** A careful client of the HTTP interface. It checks every answer against the contract. */
export class Client {
  readonly base: string;
  readonly #headers: Record<string, string>;

  constructor(base: string, token?: string) {
    this.base = base;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  request(path: string, init: Init = {}): Promise<Response> {
    return fetch(new URL(path, this.base), { ...init, headers: { ...this.#headers, ...init.headers } });
  }

  /** Uploads files in one call. @returns the answer unchanged, success or error */
  post(files: readonly NamedFile[], headers: Record<string, string> = {}): Promise<Response> {
    const form = new FormData();
    for (const { name, bytes } of files) form.append('file', new Blob([new Uint8Array(bytes)]), name);
    return this.request('/api/images', { method: 'POST', body: form, headers });
  }

  /** Uploads one picture. @throws Error when it is refused */
  async upload(bytes: Uint8Array, name = 'picture'): Promise<Image> {
    const answer = await this.post([{ name, bytes }]);
    const body: unknown = await answer.json();
    if (answer.status !== 202) throw new Error(`${name}: ${answer.status} ${JSON.stringify(body)}`);
    const [image] = UploadAnswer.parse(body).items;
    if (image === undefined) throw new Error(`${name}: ${JSON.stringify(body)}`);
    return image;
  }

  /** The pictures of an answer to an upload. */
  accepted(body: unknown): Image[] {
    return UploadAnswer.parse(body).items;
  }

  /** Every picture, page by page. */
  async all(): Promise<Image[]> {
    const images: Image[] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = ImagePage.parse(await (await this.request(`/api/images?limit=200${from}`)).json());
      images.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return images;
  }

  async image(id: string): Promise<Image> {
    const answer = await this.request(`/api/images/${id}`);
    if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${await answer.text()}`);
    return Image.parse(await answer.json());
  }

  async problem(answer: Response): Promise<Problem> {
    return (await answer.json()) as Problem;
  }

  /** Opens a link without a token, as an `<img>` does. */
  async open(link: string): Promise<Opened> {
    const answer = await fetch(new URL(link, this.base));
    return {
      status: answer.status,
      headers: answer.headers,
      bytes: Buffer.from(await answer.arrayBuffer()),
    };
  }

  events(lastEventId?: string): Promise<EventReader> {
    return EventReader.open(`${this.base}/api/events`, this.#headers, lastEventId);
  }
}
