import type { ChildProcess } from 'node:child_process';

/** Calls `take` with each line that a child writes to stdout and stderr. Skips blank lines. */
export function eachLine(child: ChildProcess, take: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') take(part.trimEnd());
    });
    stream?.on('end', () => {
      if (rest.trim() !== '') take(rest.trimEnd());
    });
  }
}
