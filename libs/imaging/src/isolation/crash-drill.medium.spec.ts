import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { PICTURE_FAULTS, PictureFault } from '@darkroom/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childProcesses, isRunning } from '../testing/processes.js';
import { LIMITS, oneSize } from '../testing/workbench.js';
import { DecoderCrashed } from './decoder-crashed.js';
import { createDecoderPool, type DecoderPool, type DecoderPoolOptions } from './decoder-pool.js';
import { canIsolateFromNetwork } from './isolate-from-network.js';

const ROGUE = join(import.meta.dirname, '../testing/rogue-decoder.ts');
const onLinux = process.platform === 'linux';

let folder: string;
let pool: DecoderPool;
let replaced: string[];
let output: string;
/** Resolves when a process of the pool has written output. */
let written: Promise<void>;

function open(options: Partial<DecoderPoolOptions> = {}): void {
  replaced = [];
  output = '';
  const firstOutput = Promise.withResolvers<void>();
  written = firstOutput.promise;
  pool = createDecoderPool({
    size: 3,
    memoryLimitBytes: 300 * 2 ** 20,
    folder,
    killGraceMs: 200,
    processPath: ROGUE,
    onReplaced: (reason) => void replaced.push(reason),
    onOutput: (text) => {
      output += text;
      firstOutput.resolve();
    },
    ...options,
  });
}

/** Processes a picture whose name selects the behaviour of the rogue; resolves with the text of its answer. */
async function run(behaviour: string, timeoutMs = LIMITS.timeoutMs, signal?: AbortSignal): Promise<string> {
  const { facts } = await pool.process(
    { path: join(folder, behaviour), contentType: 'image/png' },
    oneSize(1),
    {
      limits: { ...LIMITS, timeoutMs },
      outputFolder: folder,
      ...(signal ? { signal } : {}),
    },
  );
  return facts.thumbhash;
}
const giveSign = () => writeFile(join(folder, 'wait for a sign.sign'), '');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-drill-'));
});
afterEach(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

describe('a pool', () => {
  it.each([
    ['abort', 'decoder_crashed', 'crash'],
    ['segfault', 'decoder_crashed', 'crash'],
    ['exit', 'decoder_crashed', 'crash'],
    ['throw', 'decoder_crashed', 'crash'],
    ['hang', 'processing_timeout', 'timeout'],
    ['loop', 'processing_timeout', 'timeout'],
    ['use up memory', 'out_of_memory', 'memory'],
    ['report memory', 'out_of_memory', 'memory'],
    ['send garbage', 'decoder_crashed', 'protocol'],
    ['send null', 'decoder_crashed', 'protocol'],
    ['send an endless line', 'decoder_crashed', 'protocol'],
    ['send ready again', 'decoder_crashed', 'protocol'],
    ['answer with too few variants', 'decoder_crashed', 'protocol'],
    ['answer with a file elsewhere', 'decoder_crashed', 'protocol'],
    ['answer with an unknown code', 'decoder_crashed', 'protocol'],
  ])('fails only the picture that makes its process %s, with %s', async (behaviour, code, reason) => {
    open();
    const other = run('wait for a sign');
    // Only the timeout detects a hang; all other faults must be detected before it.
    const timeoutMs = reason === 'timeout' ? 300 : LIMITS.timeoutMs;
    await expect(run(behaviour, timeoutMs)).rejects.toMatchObject({ name: 'DarkroomError', code });
    expect(replaced).toEqual([reason]);
    await giveSign();
    await expect(other).resolves.toBe('');
    await expect(
      Promise.all(['fine', 'fine', 'fine', 'fine'].map((name) => run(name))),
    ).resolves.toHaveLength(4);
    expect(replaced).toEqual([reason]);
  });

  it('reports how a process crashed, only for the log', async () => {
    open();
    const error: unknown = await run('throw').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DecoderCrashed);
    expect(error).toMatchObject({
      message: PICTURE_FAULTS.decoder_crashed.message,
      cause: { message: expect.stringMatching(/^It exited with 1\. .*The decoder failed/s) },
    });
    expect(output).toContain('The decoder failed');
  });

  it('decodes a HEIC again without the library of the system that crashed, once', async () => {
    const reports: unknown[] = [];
    open({ onHeicDecoder: (report) => void reports.push(report) });
    await expect(run('crash in a library once')).resolves.toBe('');
    expect(reports).toEqual([
      { decoder: 'a library' },
      { decoder: 'WebAssembly', failure: expect.stringMatching(/^a library: /) },
    ]);
    expect(replaced).toEqual(['crash']);
    await expect(run('crash in a library')).rejects.toMatchObject({ code: 'decoder_crashed' });
    expect(replaced).toEqual(['crash', 'crash', 'crash']);
  });

  it('accepts the first of two answers and drops the second', async () => {
    open({ size: 1 });
    await expect(run('answer twice')).resolves.toBe('');
    await expect(run('fine')).resolves.toBe('');
    expect(replaced).toEqual(['protocol']);
  });

  it.each(['answer again later', 'fine'])(
    'processes a picture normally after one that does “%s”',
    async (first) => {
      open({ size: 1 });
      await run(first);
      await expect(run('fine')).resolves.toBe('');
      expect(replaced).toEqual(first === 'fine' ? [] : ['protocol']);
    },
  );

  it('delays other pictures only by a restart when all processes crash at once', async () => {
    open();
    const crashes = Array.from({ length: 6 }, () => run('segfault'));
    const others = Array.from({ length: 6 }, () => run('fine'));
    expect((await Promise.allSettled(crashes)).map(({ status }) => status)).toEqual(
      Array(6).fill('rejected'),
    );
    await expect(Promise.all(others)).resolves.toHaveLength(6);
    expect(replaced).toEqual(Array(6).fill('crash'));
  });
});

describe('a process', () => {
  it.runIf(onLinux)('sees nothing of the environment of its parent', async () => {
    open();
    const pid = await run('process');
    expect(await readFile('/proc/self/environ', 'utf8')).toContain('PATH=');
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toBe('MALLOC_ARENA_MAX=1\0');
  });

  it.runIf(onLinux)('is the first to be killed when the machine runs out of memory', async () => {
    open();
    const pid = await run('process');
    expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
  });

  it('cannot read a file outside its folder and code, and cannot start a process', async () => {
    open();
    expect(await run('break out')).toBe('ERR_ACCESS_DENIED,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED');
  });

  it.runIf(canIsolateFromNetwork())('has no network, not even to its own machine', async () => {
    open();
    expect(pool.isOffline).toBe(true);
    await using server = createServer((socket) => void socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await writeFile(join(folder, 'connect'), String(port));
    expect(await run('connect')).toBe('ENETUNREACH');
  });

  it('can write to its output, but only the beginning is forwarded', async () => {
    open();
    await run('noise');
    expect(output).toMatch(/^noise /);
    expect(output.length).toBeLessThanOrEqual(4_000);
  });

  it('that ends while idle does not fail any picture', async () => {
    open({ size: 1 });
    for (let round = 0; round < 5; round += 1) {
      process.kill(Number(await run('process')), 'SIGKILL');
      await expect(run('fine')).resolves.toBe('');
    }
    expect(replaced).toEqual(Array(5).fill('crash'));
  });

  it('is replaced after its number of pictures', async () => {
    open({ size: 1, picturesMax: 2 });
    const pids: string[] = [];
    for (let picture = 0; picture < 5; picture += 1) pids.push(await run('process'));
    expect(pids.map((pid) => pids.indexOf(pid))).toEqual([0, 0, 2, 2, 4]);
    expect(replaced).toEqual(['worn', 'worn']);
  });

  it('that cannot start is not blamed on the picture, and is not retried forever', async () => {
    open({ processPath: join(folder, 'nothing.js') });
    const error: unknown = await run('fine').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(PictureFault);
    await expect(Promise.all([run('fine'), run('fine')])).rejects.toThrow('did not start');
    expect(replaced.length).toBeLessThanOrEqual(4);
  });
});

describe('aborting', () => {
  it('a picture in progress ends its process, and rejects with the reason', async () => {
    open({ size: 1 });
    const pid = Number(await run('process'));
    const controller = new AbortController();
    const called = run('loop', LIMITS.timeoutMs, controller.signal);
    const reason = new Error('shutting down');
    await written;
    controller.abort(reason);
    await expect(called).rejects.toBe(reason);
    if (onLinux) expect(isRunning(pid)).toBe(false);
    await expect(run('fine')).resolves.toBe('');
  });

  it('a waiting picture does not affect the others', async () => {
    open({ size: 1 });
    const first = run('wait for a sign');
    const controller = new AbortController();
    const second = run('fine', LIMITS.timeoutMs, controller.signal);
    const reason = new Error('shutting down');
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    await giveSign();
    await expect(first).resolves.toBe('');
    expect(replaced).toEqual([]);
  });

  it('before the start rejects with the reason', async () => {
    open();
    const reason = new Error('shutting down');
    await expect(run('fine', LIMITS.timeoutMs, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('the end', () => {
  it('of the pool ends every process, and does not blame a picture in progress', async () => {
    open({ size: 2 });
    const runs = [run('loop'), run('hang'), run('fine')].map((running) =>
      running.catch((error: unknown) => error),
    );
    await pool.close();
    for (const error of await Promise.all(runs)) {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(PictureFault);
    }
    if (onLinux) expect(childProcesses()).toEqual([]);
    await expect(run('fine')).rejects.toThrow('closed');
    expect(replaced).toEqual([]);
  });

  it.runIf(onLinux).each([
    ['the kernel', undefined],
    ['a thread where the system has no setpriv', { PATH: '' }],
  ])('of the parent ends every process, even one in an endless loop, through %s', async (_, env) => {
    open();
    const hooks = pathToFileURL(join(import.meta.dirname, 'run-from-source.ts')).href;
    const script = join(import.meta.dirname, '../testing/abandoned-pool.ts');
    const options = ['--conditions=@darkroom/source', `--import=${hooks}`, script, folder, ROGUE];
    const parent = spawn(process.execPath, options, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const died = once(parent, 'exit').then(([code]) =>
      Promise.reject(new Error(`The parent exited with ${code}.`)),
    );
    const [line] = (await Promise.race([once(createInterface(parent.stdout), 'line'), died])) as [string];
    died.catch(() => undefined);
    const pids = line.split(',').map(Number);
    expect(new Set(pids).size).toBe(2);
    expect(pids.map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await expect.poll(() => pids.map(isRunning), { timeout: 30_000 }).toEqual([false, false]);
  });
});
