import type { IdleRow, LaptopReport } from './laptop-suite.js';
import type { Spread } from './statistics.js';

/** The laptop suite as Markdown. */
export function laptopLines(report: LaptopReport): string[] {
  const { picture, warmStart, fresh, afterWork, first, second, third } = report;
  return [
    '',
    '## Laptop',
    '',
    '`npm start`, from a terminal. Memory is the proportional share, so pages that processes share count once.',
    '',
    '| warm start, s | first picture after idleness, ms | second, ms | third, ms |',
    '|---|---|---|---|',
    `| **${range(warmStart, 2)}** | **${range(first, 0)}** | ${range(second, 0)} | ${range(third, 0)} |`,
    '',
    `Start: from the command to the line that Darkroom is ready, ten times. Pictures: ${picture}, from the upload to \`ready\`, one after another.`,
    '',
    '| idle | processes | MB | after pictures: processes | MB | % of a core |',
    '|---|---|---|---|---|---|',
    ...kindsOf(fresh, afterWork).map((what) => {
      const [before, after] = [fresh, afterWork].map((rows) => rows.find((row) => row.what === what));
      return `| ${what} | ${cells(before, false)} | ${cells(after, true)} |`;
    }),
    `| **together** | ${cells(sumOf(fresh), false)} | ${cells(sumOf(afterWork), true)} |`,
  ];
}

const range = ({ median, min, max }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;

const kindsOf = (...tables: IdleRow[][]): string[] => [...new Set(tables.flat().map(({ what }) => what))];

function cells(row: Omit<IdleRow, 'what'> | undefined, withCpu: boolean): string {
  const { processes, bytes, cpu } = row ?? { processes: 0, bytes: 0, cpu: 0 };
  return `${processes} | ${(bytes / 1e6).toFixed(1)}${withCpu ? ` | ${(cpu * 100).toFixed(2)}` : ''}`;
}

function sumOf(rows: readonly IdleRow[]): Omit<IdleRow, 'what'> {
  const sum = (of: (row: IdleRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    processes: sum((row) => row.processes),
    bytes: sum((row) => row.bytes),
    cpu: sum((row) => row.cpu),
  };
}
