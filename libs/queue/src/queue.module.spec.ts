import { jobNames, type JobName } from '@darkroom/contracts';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { QueueModule, type BrokerOptions } from './index.js';

/** Nothing connects to it: this broker's pool opens a connection at its first use. */
const broker: BrokerOptions = { kind: 'postgres', url: 'postgres://unreachable@127.0.0.1:1/none' };

@Module({})
class HandlersModule {}

const handlersModule = (names: JobName[]) => ({
  module: HandlersModule,
  providers: names.map((name) => ({ provide: name, useValue: { name, handle: () => Promise.resolve() } })),
  exports: names,
});

describe('QueueModule.forWorker', () => {
  it.each(jobNames)('fails the start when %s has no handler', async (name) => {
    const names = jobNames.filter((other) => other !== name);
    const module = QueueModule.forWorker({
      ...broker,
      concurrency: 1,
      handlers: names,
      imports: [handlersModule(names)],
    });
    const start = NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    await expect(start).rejects.toThrow(`the job ${name} has no handler`);
  });
});
