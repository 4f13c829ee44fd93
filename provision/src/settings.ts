import { canonical } from './engine/differing.js';
import { ProvisionFault } from './errors.js';

/** The settings of a stack. */
export interface Settings {
  /** Instance type of the host. It determines the processor architecture (t4g: arm64, t3: x86_64). */
  readonly instanceType: string;
  readonly cacheType: string;
  /** IPv4 blocks that may reach the stack. */
  readonly allowCidrs: readonly string[];
  /** IPv4 block that may reach the host by SSH; none when absent. Session Manager needs no port. */
  readonly sshCidr?: string;
  /** ARN of an ACM certificate in the stack's region. With it, the stack serves HTTPS and redirects HTTP to it. */
  readonly certificate?: string;
  /** Size of PostgreSQL's volume, in GiB. */
  readonly dataGib: number;
  /** Log retention in days. */
  readonly logDays: number;
}

/** The defaults of the profile `demo`. */
export const DEMO: Settings = {
  instanceType: 't4g.small',
  cacheType: 'cache.t4g.micro',
  allowCidrs: ['0.0.0.0/0'],
  dataGib: 8,
  logDays: 14,
};

/** Settings that a person has chosen; undefined resets one to its default. */
export type Chosen = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

/** Merges choices into settings: later ones override earlier ones, and all override the defaults. */
export function settle(...choices: readonly Chosen[]): Settings {
  const chosen = Object.entries(Object.assign({}, ...choices) as Chosen);
  return { ...DEMO, ...Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) };
}

/** The settings that differ from the defaults. */
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

/** Checks for the stored values. */
const STORED: Readonly<Record<string, (value: unknown) => boolean>> = {
  instanceType: IS_TEXT,
  cacheType: IS_TEXT,
  allowCidrs: (value: unknown) => Array.isArray(value) && value.every(IS_TEXT),
  sshCidr: IS_TEXT,
  certificate: IS_TEXT,
  dataGib: IS_NUMBER,
  logDays: IS_NUMBER,
} satisfies Record<keyof Settings, (value: unknown) => boolean>;

/**
 * Parses stored choices.
 *
 * @param where - name of the parameter, for the error
 * @throws ProvisionFault `unfit`
 */
export function parseChosen(text: string, where: string): Chosen {
  const stored = parseObject(text);
  const bad = Object.entries(stored ?? {}).find(([name, value]) => STORED[name]?.(value) !== true);
  if (stored !== undefined && bad === undefined) return stored;
  throw new ProvisionFault(
    'unfit',
    `Cannot read the options of an earlier run from the Systems Manager parameter ${where}` +
      `${bad === undefined ? '' : ` (${bad[0]} is not valid)`}. Delete the parameter and pass the options again.`,
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

/** The port of nginx on the host. Only the load balancer can reach it. */
export const HOST_PORT = 8080;
/** The port of the broker. */
export const REDIS_PORT = 6379;
