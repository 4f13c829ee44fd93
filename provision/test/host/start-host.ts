import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CommandResult } from '@darkroom/aws-emulator';
import { startWatchdog } from '@darkroom/testing';
import { docker } from './docker.js';

/** Name of the host's image. It is kept, as Docker's layer cache is. */
const IMAGE = 'darkroom-test-host';
/** Name under which containers reach this machine. */
const OUTSIDE = 'host.docker.internal';

export interface HostOptions {
  /** The script that the host runs first. */
  userData: string;
  /** Port of the emulator on this machine. */
  awsPort: number;
  /** Port of the metadata service on this machine. */
  metadataPort: number;
}

/** A container that stands for the EC2 host of a stack. */
export interface Host {
  /** Name of the container. */
  container: string;
  /** The network of the container. Connect the services that the host must reach. */
  network: string;
  /** Port on this machine that leads to port 8080 of the host. */
  port: number;
  /** Runs lines of shell as root, as Systems Manager does. */
  run(lines: readonly string[]): Promise<CommandResult>;
  /** Resolves once the first script has ended, with its exit code. */
  booted(): Promise<number>;
  /** The output of the first script. */
  bootLog(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a host in a container, which runs its user data. Resolves once Docker inside the container answers. */
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

/** Grants enough rights to run Docker inside the container, but no access to this machine's disks. */
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
    // In memory, so that loading and deleting a gigabyte of images takes seconds.
    '--tmpfs=/var/lib/docker:exec,size=4g',
    // Only loop devices, for the data disk.
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
