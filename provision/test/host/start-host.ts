import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CommandResult } from '@darkroom/aws-emulator';
import { startWatchdog } from '@darkroom/testing';
import { docker } from './docker.js';

/** What the image of a host is called; it stays, as the layers that it is made of do. */
const IMAGE = 'darkroom-test-host';
/** By this name containers find this machine. */
const OUTSIDE = 'host.docker.internal';

export interface HostOptions {
  /** The script that EC2 would run first. */
  userData: string;
  /** Of the emulator, on this machine. */
  awsPort: number;
  /** Of the metadata service, on this machine. */
  metadataPort: number;
}

/** A container that stands for the EC2 host of a stack. */
export interface Host {
  /** Its name, for Docker. */
  container: string;
  /** A network with it in it, for what it has to reach. */
  network: string;
  /** Where this machine reaches its port 8080. */
  port: number;
  /** Runs lines of shell as root, as Systems Manager does. */
  run(lines: readonly string[]): Promise<CommandResult>;
  /** Resolves once the first script has ended, with its exit code. */
  booted(): Promise<number>;
  /** What the first script has said. */
  bootLog(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a host in a container and has it run its first script; Docker answers in it when this resolves. */
export async function startHost({ userData, awsPort, metadataPort }: HostOptions): Promise<Host> {
  await docker('build', '--quiet', '--tag', IMAGE, join(import.meta.dirname, 'image'));
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-host-'));
  const name = basename(folder).toLowerCase();
  const watchdog = startWatchdog();
  watchdog.guard({ folder });
  await writeFile(join(folder, 'user-data'), userData);
  await docker('network', 'create', name);
  watchdog.guard({ command: ['docker', 'network', 'rm', '--force', name] });
  watchdog.guard({ command: ['docker', 'rm', '--force', '--volumes', name] });
  await docker('run', '--detach', ...runOptions(name, folder, { awsPort, metadataPort }), IMAGE);
  const published = await docker('port', name, '8080/tcp');
  const run = (lines: readonly string[]) => runIn(name, lines);
  const booted = async () =>
    Number((await run(['cloud-init status --wait; cat /run/user-data.exit'])).stdout);
  await run(['until [ -e /run/docker-is-up ]; do sleep 0.1; done']);
  return {
    container: name,
    network: name,
    port: Number(published.split('\n')[0]?.split(':').at(-1)),
    run,
    booted,
    bootLog: async () => (await run(['cat /var/log/cloud-init-output.log'])).stdout ?? '',
    stop: () => watchdog.close(),
  };
}

/** Rights enough for a Docker of its own; of this machine's disks it sees none. */
function runOptions(name: string, folder: string, ports: Omit<HostOptions, 'userData'>): string[] {
  const unconfined = ['seccomp', 'apparmor', 'systempaths'].map(
    (what) => `--security-opt=${what}=unconfined`,
  );
  return [
    `--name=${name}`,
    `--hostname=${name}`,
    `--network=${name}`,
    '--cgroupns=private',
    '--cap-add=ALL',
    ...unconfined,
    // In memory, where a gigabyte of images comes and goes in seconds.
    '--tmpfs=/var/lib/docker:exec,size=4g',
    // Loop devices alone, for the disk of the data.
    '--device-cgroup-rule=b 7:* rmw',
    `--add-host=${OUTSIDE}:host-gateway`,
    '--publish=127.0.0.1::8080',
    `--volume=${join(folder, 'user-data')}:/user-data:ro`,
    `--env=METADATA=${OUTSIDE}:${ports.metadataPort}`,
    `--env=AWS_PORT=${ports.awsPort}`,
  ];
}

async function runIn(container: string, lines: readonly string[]): Promise<CommandResult> {
  const script = ['AWS_ENDPOINT_URL=$(cat /run/aws-endpoint); export AWS_ENDPOINT_URL', ...lines].join('\n');
  try {
    const stdout = await docker('exec', container, 'sh', '-c', script);
    return { exitCode: 0, stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { exitCode: code ?? 1, stdout: stdout ?? '', stderr: stderr ?? String(error) };
  }
}
