import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Image, type OriginalContentType } from '@darkroom/contracts';
import { findFreePort } from './find-free-port.js';
import type { BenchPicture } from './pictures.js';

const START_LINE = 'Darkroom is ready on ';
const BOUNDARY = 'darkroom-bench';

/** A program that prints the start line of the platform. */
export interface StartCommand {
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Whether it and the processes that it starts are a process group. */
  hasOwnGroup?: boolean;
}

/**
 * @param settings - environment variables besides those of this process
 * @param options - of the launcher's command line
 */
export function launcher(
  settings: Record<string, string> = {},
  options: readonly string[] = [],
): StartCommand {
  const entry = fileURLToPath(new URL('../../apps/launcher/launch.mjs', import.meta.url));
  return { program: process.execPath, args: [entry, ...options], env: { ...process.env, ...settings } };
}

/** The whole platform as `npm start` runs it, with a client that uses little CPU. */
export class BenchPlatform {
  readonly #child: ChildProcess;
  /** Of every api; the first one also sends the events. */
  #origins: readonly [string, ...string[]];
  #calls = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #ended = new Map<string, Image>();
  #onImage: () => void = () => undefined;

  private constructor(child: ChildProcess, origin: string) {
    this.#child = child;
    this.#origins = [origin];
  }

  /**
   * @param data - absolute path of an empty folder, or of one that an earlier platform used
   * @param command - by default the launcher alone
   */
  static async start(data: string, command: StartCommand = launcher()): Promise<BenchPlatform> {
    const port = await findFreePort();
    const child = spawn(command.program, command.args, {
      env: { ...command.env, DARKROOM_DATA: data, DARKROOM_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: command.hasOwnGroup ?? false,
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

  /** Uploads to further apis of the same platform as well, in turns. */
  useAlso(origins: readonly string[]): void {
    this.#origins = [this.#origins[0], ...origins];
  }

  /** The address of the first api. */
  get origin(): string {
    return this.#origins[0];
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

  /** Ends it as Ctrl-C at a terminal does, which reaches every process of the group. */
  async interrupt(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    process.kill(-this.pid, 'SIGINT');
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

  /** Resolves when the image has variants of this format: by default of the last one that the platform makes. */
  async complete(id: string, lastFormat = 'webp'): Promise<void> {
    await this.#until(id, ({ variants }) => variants.some(({ format }) => format === lastFormat));
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
      get(`${this.#origins[0]}/api/events`, resolve).once('error', reject);
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
      this.#calls += 1;
      const origin = this.#origins[this.#calls % this.#origins.length] ?? this.#origins[0];
      const sent = request(`${origin}${path}`, { agent: this.#agent, method, headers }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
      });
      sent.once('error', reject).end(body);
    });
  }
}

/** Creates the form body that uploads a picture. It can be sent many times. */
export async function bodyOf({ path, contentType }: BenchPicture): Promise<Buffer> {
  return formOf(await readFile(path), contentType);
}

/** Creates the form body that uploads these bytes. */
export function formOf(bytes: Uint8Array, contentType: OriginalContentType): Buffer {
  const head = [
    `--${BOUNDARY}`,
    'content-disposition: form-data; name="file"; filename="picture"',
    `content-type: ${contentType}`,
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}
