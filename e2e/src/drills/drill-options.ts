import { parseArgs } from 'node:util';
import { LONG, type Scale, SHORT } from './drill.js';

export interface DrillOptions {
  seed: number;
  count: number;
  /** Names of drills; empty for all. */
  only: readonly string[];
  scale: Scale;
  json: string | undefined;
  list: boolean;
  help: boolean;
}

/** A wrong option on the command line; the message names it. */
export class OptionFault extends Error {}

/**
 * Reads the command line.
 *
 * @param names - the names of all drills
 * @throws OptionFault
 */
export function readOptions(args: readonly string[], names: readonly string[]): DrillOptions {
  const { values } = parse(args);
  const only = (values.only ?? []).flatMap((text) => text.split(',')).filter((name) => name !== '');
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new OptionFault(`--only: expected names of drills (--list shows them), got "${unknown}".`);
  const scale = values.short ? SHORT : LONG;
  return {
    seed: wholeNumber('seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)), 0),
    count: wholeNumber('count', values.count ?? (values.short ? '60' : '1000'), 10),
    only,
    scale: { ...scale, ...(values.blows !== undefined && { blows: wholeNumber('blows', values.blows, 1) }) },
    json: values.json,
    list: values.list,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        count: { type: 'string' },
        only: { type: 'string', multiple: true },
        blows: { type: 'string' },
        short: { type: 'boolean', default: false },
        json: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new OptionFault(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= 1_000_000) return value;
  throw new OptionFault(`--${name}: expected a whole number from ${least} to 1,000,000, got "${text}".`);
}
