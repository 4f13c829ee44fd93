import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Image } from '@darkroom/contracts';
import { findFreePort } from './find-free-port.js';
import type { BenchPicture } from './pictures.js';

const START_LINE = 'Darkroom is ready on ';
const BOUNDARY = 'darkroom-bench';

/** The whole platform as `npm start` runs it, with a client that uses little CPU. */
export class BenchPlatform {
  readonly #child: ChildProcess;
  readonly origin: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #ended = new Map<string, Image>();
  #onImage: () => void = () => undefined;

  private constructor(child: ChildProcess, origin: string) {
    this.#child = child;
    this.origin = origin;
  }

  /**
   * @param data - absolute path of an empty folder
   * @param settings - further environment variables
   */
  static async start(data: string, settings: Record<string, string> = {}): Promise<BenchPlatform> {
    const launcher = fileURLToPath(new URL('../../apps/launcher/launch.mjs', import.meta.url));
    const port = await findFreePort();
    const child = spawn(process.execPath, [launcher], {
      env: { ...process.env, ...settings, DARKROOM_DATA: data, DARKROOM_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes(START_LINE)) resolve();
      });
      child.once('exit', () => reject(new Error(`the platform did not start:\n${output}`)));
    });
    const platform = new BenchPlatform(child, `http://127.0.0.1:${port}`);
    await platform.#follow();
    return platform;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }

  /** Uploads a form created by {@link bodyOf}. @returns the id of the picture */
  async upload(body: Buffer): Promise<string> {
    const headers = {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
    };
    const { status, answer } = await this.#call('POST', '/api/images', headers, body);
    if (status !== 202) throw new Error(`an upload answered ${status}: ${answer}`);
    const [item] = (JSON.parse(answer) as { items: { id: string }[] }).items;
    if (item === undefined) throw new Error('an upload answered without an image');
    return item.id;
  }

  /** Resolves when the image is ready. @throws Error when it failed */
  async ready(id: string): Promise<void> {
    await this.#until(id, () => true);
  }

  /** Resolves when the image has every format. */
  async complete(id: string): Promise<void> {
    await this.#until(id, ({ variants }) => variants.some(({ format }) => format === 'webp'));
  }

  async delete(id: string): Promise<void> {
    await this.#call('DELETE', `/api/images/${id}`, {});
    this.#ended.delete(id);
  }

  async #until(id: string, condition: (image: Image) => boolean): Promise<void> {
    for (;;) {
      const image = this.#ended.get(id);
      if (image !== undefined && image.status !== 'ready') throw new Error(`${id} ended ${image.status}`);
      if (image !== undefined && condition(image)) return;
      await new Promise<void>((resolve) => {
        const others = this.#onImage;
        this.#onImage = () => {
          others();
          resolve();
        };
      });
    }
  }

  /** Follows the event stream and keeps every image whose processing has ended. */
  async #follow(): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${this.origin}/api/events`, resolve).once('error', reject);
    });
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      rest += chunk;
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#hear(block);
    });
    // The stream breaks when the platform ends.
    response.once('error', () => undefined);
  }

  #hear(block: string): void {
    const data = /^event: image\n(?:.*\n)*?data: (.*)$/m.exec(block)?.[1];
    if (data === undefined) return;
    const image = Image.parse(JSON.parse(data));
    if (image.status === 'queued' || image.status === 'processing') return;
    this.#ended.set(image.id, image);
    const notify = this.#onImage;
    this.#onImage = () => undefined;
    notify();
  }

  #call(method: string, path: string, headers: Record<string, string | number>, body?: Buffer) {
    return new Promise<{ status: number; answer: string }>((resolve, reject) => {
      const sent = request(`${this.origin}${path}`, { agent: this.#agent, method, headers }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
      });
      sent.once('error', reject).end(body);
    });
  }
}

/** Creates the form body that uploads a picture. It can be sent many times. */
export async function bodyOf({ path, contentType }: BenchPicture): Promise<Buffer> {
  const head = [
    `--${BOUNDARY}`,
    'content-disposition: form-data; name="file"; filename="picture"',
    `content-type: ${contentType}`,
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), await readFile(path), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}
