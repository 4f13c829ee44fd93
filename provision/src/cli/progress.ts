import type { Report, Subject } from '../engine/run.js';
import type { Terminal } from './terminal.js';

/** Shows the progress of a run. */
export interface Progress {
  readonly report: Report;
  /** Marks a subject as done or failed. */
  readonly end: (subject: Subject, succeeded: boolean) => void;
}

interface Line {
  subject: Subject;
  since: number;
  activity: string;
}

/** Creates the progress: a terminal shows a list that is redrawn, anything else gets a line for each change. */
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
    report: (subject, activity) => {
      const before = lines.get(subject);
      if (before?.activity === activity && !live) return;
      const line = { subject, since: before?.since ?? performance.now(), activity };
      lines.set(subject, line);
      if (!live) {
        errors.write(`  … ${text(line)}\n`);
        return;
      }
      erase();
      draw();
    },
    end: (subject, succeeded) => {
      const line = lines.get(subject);
      lines.delete(subject);
      // An object that was up to date needs no line.
      if (line === undefined && succeeded) return;
      if (live) erase();
      errors.write(
        `${succeeded ? '✓' : '✗'} ${subject.kind} ${subject.name}${line === undefined ? '' : ` (${seconds(line)} s)`}\n`,
      );
      if (live) draw();
    },
  };
}

const seconds = ({ since }: Line) => Math.round((performance.now() - since) / 1000);

function text(line: Line): string {
  const { subject, activity } = line;
  const usual = subject.typicalSeconds > 20 ? ` (usually ${subject.typicalSeconds} s)` : '';
  return `${subject.kind} ${subject.name}: ${activity}, ${seconds(line)} s${usual}`;
}
