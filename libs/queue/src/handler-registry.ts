import { jobNames, type JobName } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { AnyJobHandler, JobHandler } from './job-handler.js';

/** Exactly one handler for each job of the contracts. */
export class HandlerRegistry {
  private readonly handlers = new Map<string, AnyJobHandler>();

  /** @throws internal naming each job that has no handler or two; the worker then refuses to start */
  constructor(handlers: readonly AnyJobHandler[]) {
    const faults: string[] = [];
    for (const handler of handlers) {
      if (this.handlers.has(handler.name)) faults.push(`the job ${handler.name} has more than one handler`);
      else if (!jobNames.includes(handler.name)) faults.push(`there is no job ${handler.name}`);
      this.handlers.set(handler.name, handler);
    }
    for (const name of jobNames) {
      if (!this.handlers.has(name)) faults.push(`the job ${name} has no handler`);
    }
    if (faults.length > 0) throw doorError('internal', `The worker cannot start: ${faults.join('; ')}.`);
  }

  get<Name extends JobName>(name: Name): JobHandler<Name> {
    // The constructor has set the handler of this name.
    return this.handlers.get(name) as unknown as JobHandler<Name>;
  }
}
