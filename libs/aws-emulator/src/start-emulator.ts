import { randomInt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Ledger } from './calls/ledger.js';
import { FaultList } from './faults/fault-list.js';
import { defaultHostControls, type HostControls } from './host-controls.js';
import { Moto } from './moto.js';
import { INSTANT, type Pace } from './pace.js';
import { createProxy } from './proxy.js';
import { World } from './world.js';

export interface EmulatorOptions {
  /** Address of moto server, e.g. `services().moto.endpoint`. */
  moto: string;
  /** The number of polls that states last; everything is instant by default. */
  pace?: Partial<Pace>;
  /** Address to listen on; `0.0.0.0` accepts calls from containers. Loopback by default. */
  host?: string;
  /** A free port by default. */
  port?: number;
  /** The region in `environment()`. */
  region?: string;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** AWS for a test: an address to call, a record of the calls, and controls. */
export interface Emulator {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  /** Twelve digits. Each reset changes to a new, empty account. */
  readonly account: string;
  readonly calls: Ledger;
  readonly faults: FaultList;
  /** The behavior of hosts, health checks and quotas. Members may be set at any time. */
  readonly hosts: HostControls;
  readonly pace: Pace;
  /**
   * Returns the keys of a caller in the account.
   *
   * @param principal - its name, as calls are recorded and errors name it; `operator` by default
   */
  credentials(principal?: string): Credentials;
  /** Returns the environment with which an AWS SDK or the AWS CLI calls only the emulator. */
  environment(principal?: string): Record<string, string>;
  /** Changes to a new, empty account: no resources, no recorded calls, no faults, hosts in their initial state. */
  reset(): void;
  stop(): Promise<void>;
}

/**
 * Starts the emulator: an HTTP server in front of moto. Each emulator has a separate account, so many can share one
 * moto.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = '127.0.0.1', region = 'eu-central-1' } = options;
  const moto = new Moto(options.moto);
  const calls = new Ledger();
  const faults = new FaultList();
  const hosts = defaultHostControls();
  const pace: Pace = { ...INSTANT, ...options.pace };
  const newWorld = () => new World(moto, pace, hosts, (action) => faults.isDenied(action));
  let world = newWorld();
  let account = newAccount();
  const server = createProxy({ ledger: calls, faults, world: () => world });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const credentials = (principal = 'operator') => keysOf(principal, account);
  return {
    endpoint,
    port,
    region,
    calls,
    faults,
    hosts,
    pace,
    credentials,
    get account() {
      return account;
    },
    environment: (principal) => environmentOf(endpoint, region, credentials(principal)),
    reset: () => {
      account = newAccount();
      world = newWorld();
      calls.clear();
      faults.clear();
      Object.assign(hosts, defaultHostControls());
      Object.assign(pace, INSTANT, options.pace);
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      moto.close();
    },
  };
}

function newAccount(): string {
  return String(randomInt(100_000_000_000, 380_000_000_000));
}

/** The account is part of the key, so that the emulator can tell whose call it is. */
function keysOf(principal: string, account: string): Credentials {
  return { accessKeyId: `${principal.toUpperCase()}${account}`, secretAccessKey: 'emulator' };
}

function environmentOf(endpoint: string, region: string, keys: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
