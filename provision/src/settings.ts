import { canonical } from './engine/differing.js';
import { ProvisionFault } from './errors.js';

/** What a person may choose for a stack. */
export interface Settings {
  /** Type of the host; its letters say the processor (t4g: arm64, t3: x86_64). */
  readonly instanceType: string;
  readonly cacheType: string;
  /** Who may reach the stack, as CIDR blocks of IPv4. */
  readonly allowCidrs: readonly string[];
  /** Who may reach the host by SSH; nobody when absent. Session Manager needs no port. */
  readonly sshCidr?: string;
  /** ARN of a certificate of ACM in the stack's region: with it HTTPS, and HTTP leads there. */
  readonly certificate?: string;
  /** Size of the volume that PostgreSQL lies on, in GiB. */
  readonly dataGib: number;
  /** Days that logs are kept. */
  readonly logDays: number;
}

/** The profile `demo`. */
export const DEMO: Settings = {
  instanceType: 't4g.small',
  cacheType: 'cache.t4g.micro',
  allowCidrs: ['0.0.0.0/0'],
  dataGib: 8,
  logDays: 14,
};

/** What a person has chosen; undefined for what is to be the default again. */
export type Chosen = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

/** Settings in which later choices stand before earlier ones, and all before the defaults. */
export function settle(...choices: readonly Chosen[]): Settings {
  const chosen = Object.entries(Object.assign({}, ...choices) as Chosen);
  return { ...DEMO, ...Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) };
}

/** What differs from the defaults. */
export function chosenOf(settings: Settings): Chosen {
  const defaults: Chosen = DEMO;
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => canonical(value) !== canonical(defaults[name as keyof Settings] ?? null),
    ),
  );
}

const IS_TEXT = (value: unknown) => typeof value === 'string';
const IS_NUMBER = (value: unknown) => typeof value === 'number';

/** What each may be, as it is kept. */
const KEPT: Readonly<Record<string, (value: unknown) => boolean>> = {
  instanceType: IS_TEXT,
  cacheType: IS_TEXT,
  allowCidrs: (value: unknown) => Array.isArray(value) && value.every(IS_TEXT),
  sshCidr: IS_TEXT,
  certificate: IS_TEXT,
  dataGib: IS_NUMBER,
  logDays: IS_NUMBER,
} satisfies Record<keyof Settings, (value: unknown) => boolean>;

/**
 * Reads choices as they are kept.
 *
 * @param where - what a person looks at when they cannot be read
 * @throws ProvisionFault `unfit`
 */
export function parseChosen(text: string, where: string): Chosen {
  const kept = parseObject(text);
  const bad = Object.entries(kept ?? {}).find(([name, value]) => KEPT[name]?.(value) !== true);
  if (kept !== undefined && bad === undefined) return kept;
  throw new ProvisionFault(
    'unfit',
    `The options that an earlier run kept in the parameter ${where} of Systems Manager cannot be read` +
      `${bad === undefined ? '' : ` (${bad[0]})`}: delete it, and give them again.`,
  );
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The port of the host that nginx listens on, for the load balancer alone. */
export const HOST_PORT = 8080;
/** The port of the broker. */
export const REDIS_PORT = 6379;
