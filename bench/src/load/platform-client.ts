import { Image, ImagePage, OperationsAnswer, UploadAnswer } from '@darkroom/contracts';

/** Calls of the platform that prepare and observe the load. */
export class PlatformClient {
  readonly origin: URL;
  readonly headers: Record<string, string>;

  /** @param token - needed when the platform is in token mode */
  constructor(origin: URL, token?: string) {
    this.origin = origin;
    this.headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  }

  /** @throws Error with the status when the upload is refused */
  async upload(bytes: Uint8Array<ArrayBuffer>, count = 1): Promise<string[]> {
    const form = new FormData();
    for (let part = 0; part < count; part += 1) form.append('file', new Blob([bytes]), `load-${part}.jpg`);
    const response = await this.ask('/api/images', { method: 'POST', body: form });
    if (response.status === 429)
      throw new Error('status 429: the platform limits uploads; start it with DARKROOM_UPLOADS_PER_MINUTE=0');
    if (response.status !== 202) throw new Error(`status ${response.status}`);
    return UploadAnswer.parse(await response.json()).items.map(({ id }) => id);
  }

  async page(): Promise<ImagePage> {
    return ImagePage.parse(await (await this.ask('/api/images')).json());
  }

  async image(id: string): Promise<Image> {
    return Image.parse(await (await this.ask(`/api/images/${id}`)).json());
  }

  async delete(id: string): Promise<void> {
    await (await this.ask(`/api/images/${id}`, { method: 'DELETE' })).arrayBuffer();
  }

  async operations(): Promise<OperationsAnswer> {
    return OperationsAnswer.parse(await (await this.ask('/api/operations')).json());
  }

  ask(path: string, init: Omit<RequestInit, 'headers'> = {}): Promise<Response> {
    return fetch(new URL(path, this.origin), { ...init, headers: this.headers });
  }
}
