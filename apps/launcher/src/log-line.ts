/** A line of a child's output, for display. */
export interface LogLine {
  severity: 'debug' | 'info' | 'warning' | 'error';
  text: string;
  /** Whether the line does not come from the services' logger. */
  plain: boolean;
}

const BY_NAME: Record<string, LogLine['severity']> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
  fatal: 'error',
};

interface Fields {
  level?: unknown;
  msg?: unknown;
  err?: { message?: unknown };
}

/** Reads a JSON line of the services' logger. Any other line counts as an error if it looks like one. */
export function readLogLine(line: string): LogLine {
  const fields = parse(line);
  if (fields === undefined) {
    const looksBad = /\b(?:[A-Z]\w*)?Error\b|\bfatal\b/.test(line) && !/^\s+at /.test(line);
    return { severity: looksBad ? 'error' : 'info', text: line.trim(), plain: true };
  }
  const level = typeof fields.level === 'string' ? fields.level : '';
  const message = typeof fields.msg === 'string' ? fields.msg : '';
  const cause = typeof fields.err?.message === 'string' ? fields.err.message : '';
  const text = [message, cause].filter((part, at, all) => part !== '' && all.indexOf(part) === at).join(': ');
  return { severity: BY_NAME[level] ?? 'info', text: text === '' ? line : text, plain: false };
}

function parse(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined;
  }
}
