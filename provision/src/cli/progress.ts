import type { Subject } from '../engine/run.js';
import type { Terminal } from './terminal.js';

/** Shows the progress of a run. */
export interface Progress {
  readonly report: (subject: Subject, words: string) => void;
  /** Marks it as done or failed. */
  readonly end: (subject: Subject, fine: boolean) => void;
}

interface Line {
  subject: Subject;
  since: number;
  words: string;
}

/** On a terminal it redraws a tree, elsewhere it prints a line for each change. */
export function createProgress({ errors }: Pick<Terminal, 'errors'>): Progress {
  const lines = new Map<Subject, Line>();
  const live = errors.isTTY === true;
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) errors.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  // A line that wraps would fill two rows, and only one of them would be erased.
  const fitting = (line: string) => line.slice(0, (errors.columns ?? Infinity) - 1);
  const draw = () => {
    for (const line of lines.values()) errors.write(`${fitting(`  … ${text(line)}`)}\n`);
    drawn = lines.size;
  };
  return {
    report: (subject, words) => {
      const before = lines.get(subject);
      if (before?.words === words && !live) return;
      const line = { subject, since: before?.since ?? performance.now(), words };
      lines.set(subject, line);
      if (!live) {
        errors.write(`  … ${text(line)}\n`);
        return;
      }
      erase();
      draw();
    },
    end: (subject, fine) => {
      const line = lines.get(subject);
      lines.delete(subject);
      // An object that was up to date needs no line.
      if (line === undefined && fine) return;
      if (live) erase();
      errors.write(
        `${fine ? '✓' : '✗'} ${subject.kind} ${subject.name}${line === undefined ? '' : ` (${seconds(line)} s)`}\n`,
      );
      if (live) draw();
    },
  };
}

const seconds = ({ since }: Line) => Math.round((performance.now() - since) / 1000);

function text(line: Line): string {
  const { subject, words } = line;
  const usual = subject.typicalSeconds > 20 ? ` of usually ${subject.typicalSeconds}` : '';
  return `${subject.kind} ${subject.name}: ${words}, ${seconds(line)}${usual} s`;
}
