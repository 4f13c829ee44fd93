import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.js';

const BROKER = { kind: 'ElastiCache', name: 'darkroom-demo-redis', typicalSeconds: 420 };
const GROUP = { kind: 'log group', name: 'darkroom-demo-logapi', typicalSeconds: 2 };

/** A progress, and everything it has written. */
function progressOn(terminal: { isTTY: boolean; columns?: number }) {
  let written = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      written += chunk.toString();
      done();
    },
  });
  const progress = createProgress({ errors: Object.assign(stream, terminal) });
  return { ...progress, written: () => written };
}

describe('progress', () => {
  it('without a terminal is a line for each change, with elapsed and usual times', () => {
    const { report, end, written } = progressOn({ isTTY: false });
    report(BROKER, 'creating');
    report(BROKER, 'creating');
    report(BROKER, 'is creating');
    end(BROKER, true);
    end(GROUP, true);
    expect(written().split('\n')).toEqual([
      '  … ElastiCache darkroom-demo-redis: creating, 0 s (usually 420 s)',
      '  … ElastiCache darkroom-demo-redis: is creating, 0 s (usually 420 s)',
      '✓ ElastiCache darkroom-demo-redis (0 s)',
      '',
    ]);
  });

  it('on a terminal is redrawn, with one row for each line at any width', () => {
    const { report, end, written } = progressOn({ isTTY: true, columns: 40 });
    report(BROKER, 'creating');
    report(GROUP, 'creating');
    end(GROUP, false);
    expect(written()).toBe(
      [
        '  … ElastiCache darkroom-demo-redis: cr\n',
        '\u001B[1A\u001B[J',
        '  … ElastiCache darkroom-demo-redis: cr\n',
        '  … log group darkroom-demo-logapi: cre\n',
        '\u001B[2A\u001B[J',
        '✗ log group darkroom-demo-logapi (0 s)\n',
        '  … ElastiCache darkroom-demo-redis: cr\n',
      ].join(''),
    );
  });
});
