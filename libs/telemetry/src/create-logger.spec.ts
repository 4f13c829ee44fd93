import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.js';
import { NestLogger } from './nest-logger.js';

type Line = Record<string, unknown>;

/** A logger whose lines can be read. */
function createRecordedLogger(level = 'trace') {
  const texts: string[] = [];
  const logger = createLogger({
    name: 'api',
    level,
    destination: { write: (text) => void texts.push(text) },
  });
  const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line);
  return { logger, texts, lines, last: () => lines().at(-1) };
}

describe('createLogger', () => {
  it('writes one line of JSON each, with level, time, name and message', () => {
    const { logger, texts, last } = createRecordedLogger();
    logger.info({ port: 8080 }, 'listening');
    expect(texts[0]?.endsWith('}\n')).toBe(true);
    expect(last()).toMatchObject({ level: 'info', name: 'api', port: 8080, msg: 'listening' });
    expect(last()?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('skips lines below its level, and all lines when silent', () => {
    const warn = createRecordedLogger('warn');
    warn.logger.info('no');
    warn.logger.warn('yes');
    expect(warn.lines().map(({ msg }) => msg)).toEqual(['yes']);
    const silent = createRecordedLogger('silent');
    silent.logger.fatal('no');
    expect(silent.lines()).toEqual([]);
  });

  it('redacts fields named like secrets, at any depth, in any case', () => {
    const { logger, texts } = createRecordedLogger();
    const secret = 'hunter2-hunter2';
    logger.child({ token: secret, service: { password: secret } }).info({
      req: { headers: { Authorization: secret, cookie: secret, 'Set-Cookie': [secret], host: 'localhost' } },
      list: [{ linkSecret: secret, accessKeyId: secret }],
    });
    expect(texts[0]).not.toContain(secret);
    expect(texts[0]).toContain('localhost');
  });

  it('redacts signatures and passwords inside URLs', () => {
    const { logger, texts } = createRecordedLogger();
    const err = new Error('connect to postgres://me:hunter2@db/x failed');
    logger.error({
      err,
      url: '/media/a.jpg?expires=1&signature=hunter2&x=1',
      s3: 'https://b?X-Amz-Signature=hunter2',
    });
    expect(texts[0]).not.toContain('hunter2');
    expect(texts[0]).toContain('/media/a.jpg?expires=1&signature=[redacted]&x=1');
    expect(texts[0]).toContain('postgres://me:[redacted]@db/x');
  });

  it('stays JSON when a quote or a line break follows what is redacted', () => {
    const { logger, last } = createRecordedLogger();
    logger.info('see "/x?token=abc" and "redis://:pw@h"\n/x?signature=abc\\"');
    expect(last()?.['msg']).toBe(
      'see "/x?token=[redacted]" and "redis://:[redacted]@h"\n/x?signature=[redacted]\\"',
    );
  });

  it('survives a cycle', () => {
    const { logger, last } = createRecordedLogger();
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    logger.info({ loop }, 'round');
    expect(last()).toMatchObject({ msg: 'round' });
  });

  it('writes an error with the chain of its causes and no other field', () => {
    const { logger, last } = createRecordedLogger();
    const socket = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', response: { body: 'huge' } });
    const err = new TypeError('no database', { cause: new Error('query failed', { cause: socket }) });
    logger.error({ err }, 'request failed');
    expect(last()?.['err']).toMatchObject({
      type: 'TypeError',
      message: 'no database',
      stack: expect.stringContaining('TypeError: no database'),
      cause: { message: 'query failed', cause: { message: 'refused', code: 'ECONNREFUSED' } },
    });
    expect(JSON.stringify(last())).not.toContain('huge');
  });

  it('ends a circular chain of causes, and lists the errors of an aggregate', () => {
    const { logger, last } = createRecordedLogger();
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    logger.error({ err: new AggregateError([first, 'a text'], 'both') });
    expect(last()?.['err']).toMatchObject({
      errors: [{ message: 'first', cause: { message: 'second' } }, 'a text'],
    });
  });
});

describe('NestLogger', () => {
  it.each([
    ['log', 'info'],
    ['error', 'error'],
    ['warn', 'warn'],
    ['debug', 'debug'],
    ['verbose', 'trace'],
    ['fatal', 'fatal'],
  ] as const)('%s writes at level %s with the context', (method, level) => {
    const { logger, last } = createRecordedLogger();
    new NestLogger(logger)[method]('Mapped route', 'RouterExplorer');
    expect(last()).toMatchObject({ level, msg: 'Mapped route', context: 'RouterExplorer' });
  });

  it('distinguishes a stack from a context', () => {
    const { logger, last } = createRecordedLogger();
    const nest = new NestLogger(logger);
    const stack = new Error('boom').stack ?? '';
    nest.error('boom', stack, 'ExceptionsHandler');
    expect(last()).toMatchObject({ msg: 'boom', stack, context: 'ExceptionsHandler' });
    nest.error('boom', stack);
    expect(last()).toMatchObject({ stack });
    expect(last()).not.toHaveProperty('context');
  });

  it('writes an error given as the message, and keeps objects', () => {
    const { logger, last } = createRecordedLogger();
    const nest = new NestLogger(logger);
    nest.error(new RangeError('out'), undefined, 'Worker');
    expect(last()).toMatchObject({ msg: 'out', err: { type: 'RangeError' }, context: 'Worker' });
    nest.log({ jobs: 3 }, { more: 1 }, 'Queue');
    expect(last()).toMatchObject({ data: { jobs: 3 }, details: [{ more: 1 }], context: 'Queue' });
  });
});
