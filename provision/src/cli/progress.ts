import type { Resource } from '../engine/resource.js';
import type { Terminal } from './terminal.js';

/** Shows what a run is at. */
export interface Progress {
  readonly report: (resource: Resource, words: string) => void;
  /** That it is done, or why not. */
  readonly end: (resource: Resource, fine: boolean) => void;
}

interface Line {
  resource: Resource;
  since: number;
  words: string;
}

/** On a terminal a tree that is drawn anew, elsewhere a line for each change. */
export function createProgress({ errors }: Pick<Terminal, 'errors'>): Progress {
  const lines = new Map<Resource, Line>();
  const live = errors.isTTY === true;
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) errors.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = () => {
    for (const line of lines.values()) errors.write(`  … ${text(line)}\n`);
    drawn = lines.size;
  };
  return {
    report: (resource, words) => {
      const before = lines.get(resource);
      if (before?.words === words && !live) return;
      const line = { resource, since: before?.since ?? performance.now(), words };
      lines.set(resource, line);
      if (!live) {
        errors.write(`  … ${text(line)}\n`);
        return;
      }
      erase();
      draw();
    },
    end: (resource, fine) => {
      const line = lines.get(resource);
      lines.delete(resource);
      // What was as it should be is not worth a line.
      if (line === undefined && fine) return;
      if (live) erase();
      errors.write(
        `${fine ? '✓' : '✗'} ${resource.kind} ${resource.name}${line === undefined ? '' : ` (${seconds(line)} s)`}\n`,
      );
      if (live) draw();
    },
  };
}

const seconds = ({ since }: Line) => Math.round((performance.now() - since) / 1000);

function text(line: Line): string {
  const { resource, words } = line;
  const usual = resource.typicalSeconds > 20 ? ` of usually ${resource.typicalSeconds}` : '';
  return `${resource.kind} ${resource.name}: ${words}, ${seconds(line)}${usual} s`;
}
