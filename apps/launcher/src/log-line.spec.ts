import { describe, expect, it } from 'vitest';
import { readLogLine } from './log-line.js';

describe('readLogLine', () => {
  it('reads a line of the services’ logger', () => {
    expect(readLogLine('{"level":"warn","msg":"queue is long"}')).toEqual({
      severity: 'warning',
      text: 'queue is long',
      plain: false,
    });
  });

  it('appends the error message unless it is the same text', () => {
    const line = (msg: string) => JSON.stringify({ level: 'fatal', msg, err: { message: 'no lens' } });
    expect(readLogLine(line('cannot start')).text).toBe('cannot start: no lens');
    expect(readLogLine(line('no lens')).text).toBe('no lens');
  });

  it.each([
    ['Error: no lens', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['    at Error.captureStackTrace (file.js:1:1)', 'info'],
    ['listening', 'info'],
    ['{ not JSON', 'info'],
  ])('classifies %j as %s', (line, severity) => {
    expect(readLogLine(line)).toMatchObject({ severity, plain: true });
  });
});
