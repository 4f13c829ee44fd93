import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createCleanEnvironment } from '@darkroom/testing';
import { createStub, type StubBehaviour, type StubReport } from './stub-services.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const run = promisify(execFile);

/** Compiles the launcher, which the tests run as a person does, in a separate process. */
export async function compileLauncher(): Promise<void> {
  const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [compiler, '-b', 'apps/launcher'], { cwd: ROOT });
}

/** The folder of one test. It contains the platform's data folder. */
export class Workplace {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Workplace> {
    const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-launcher-'));
    // Under root, PostgreSQL runs as another user.
    await chmod(folder, 0o755);
    return new Workplace(folder);
  }

  get data(): string {
    return path.join(this.folder, 'data');
  }

  async stubReport(name: 'api' | 'worker'): Promise<StubReport> {
    return JSON.parse(await readFile(path.join(this.folder, `${name}.json`), 'utf8')) as StubReport;
  }

  async ends(): Promise<string[]> {
    const text = await readFile(path.join(this.folder, 'ends.log'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** Command lines of all processes of this test, found by the folder in their environment. */
  async processes(): Promise<string[]> {
    const found: string[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.includes(`DARKROOM_DATA=${this.folder}`)) continue;
      found.push(
        `${pid} ${(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')}`,
      );
    }
    return found;
  }

  /** Waits until no process of this test runs. */
  async allEnded(): Promise<void> {
    for (let tries = 0; (await this.processes()).length > 0; tries += 1) {
      if (tries === 300) throw new Error(`still running: ${(await this.processes()).join('; ')}`);
      await pause(100);
    }
  }

  async remove(): Promise<void> {
    for (const line of await this.processes()) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts the launcher with stubs in place of the services. */
  async launch(
    settings: Record<string, string | undefined> = {},
    stubs: { api?: StubBehaviour; worker?: StubBehaviour } = {},
    args: string[] = [],
  ): Promise<Launched> {
    const api = await createStub(this.folder, 'api', stubs.api);
    const worker = await createStub(this.folder, 'worker', stubs.worker);
    const program = path.join(ROOT, 'apps', 'launcher', 'launch.mjs');
    return new Launched(
      [program, '--api', api, '--worker', worker, ...args],
      createCleanEnvironment({ DARKROOM_DATA: this.data, DARKROOM_PORT: '0', ...settings }),
    );
  }
}

/** A running launcher. */
export class Launched {
  readonly pid: number;
  /** The exit code, or the signal that ended the launcher. */
  readonly exit: Promise<number | string>;
  #output = '';
  readonly #news = new EventEmitter();
  readonly #kill: (signal: NodeJS.Signals) => void;

  constructor(args: string[], environment: Record<string, string | undefined>) {
    const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.pid = child.pid ?? 0;
    this.#kill = (signal) => void child.kill(signal);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#news.emit('news');
      });
    }
    this.exit = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
        this.#news.emit('news');
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  signal(signal: NodeJS.Signals): void {
    this.#kill(signal);
  }

  /** Waits until the output matches `pattern`. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    let over = false;
    void this.exit.then(() => (over = true));
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (over) throw new Error(`it ended without printing ${String(pattern)}:\n${this.#output}`);
      await once(this.#news, 'news');
    }
  }

  /** Waits until the platform is ready. @returns its URL */
  async ready(): Promise<string> {
    const [, url = ''] = await this.prints(/Darkroom is ready on (\S+)[^]*Stop/);
    return url;
  }
}
