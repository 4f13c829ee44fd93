import { errorCode } from '../wire/answers.js';
import type { Answer, Call } from '../wire/call.js';

/** A call and its result. */
export type RecordedCall = Readonly<Omit<Call, 'request'>> & {
  /** HTTP status of the answer; undefined if the connection was cut. */
  status: number | undefined;
  /** Error code on the wire; undefined for a success. */
  error: string | undefined;
  /** True if the call reached the service and was not refused. */
  tookEffect: boolean;
};

/** Every call since the last reset, in order of arrival. */
export class Ledger {
  private calls: RecordedCall[] = [];
  private running = 0;
  private peak = 0;
  private readonly watchers = new Set<() => void>();

  /** Records a call when it arrives. */
  begin(call: Call): RecordedCall {
    const { request: _, ...told } = call;
    const recorded: RecordedCall = { ...told, status: undefined, error: undefined, tookEffect: false };
    this.calls.push(recorded);
    this.running += 1;
    this.peak = Math.max(this.peak, this.running);
    for (const watcher of this.watchers) watcher();
    return recorded;
  }

  /** @param answer - undefined if the connection was cut */
  end(recorded: RecordedCall, answer: Answer | undefined): void {
    this.running -= 1;
    recorded.status = answer?.status;
    recorded.error = answer && errorCode(answer);
  }

  get all(): readonly RecordedCall[] {
    return this.calls;
  }

  get count(): number {
    return this.calls.length;
  }

  /** Calls that may have changed something, refused ones and retries included. */
  get writes(): readonly RecordedCall[] {
    return this.calls.filter(({ write }) => write);
  }

  /** The highest number of concurrent calls. */
  get peakConcurrency(): number {
    return this.peak;
  }

  /** The calls of an operation, e.g. `ec2:RunInstances`. */
  of(name: string): readonly RecordedCall[] {
    return this.calls.filter((call) => call.name === name);
  }

  /** How often each operation was called, most often first. */
  summary(): { name: string; write: boolean; count: number }[] {
    const rows = new Map<string, { name: string; write: boolean; count: number }>();
    for (const { name, write } of this.calls) {
      const row = rows.get(name) ?? { name, write, count: 0 };
      rows.set(name, { ...row, count: row.count + 1 });
    }
    return [...rows.values()].toSorted((one, other) => other.count - one.count);
  }

  /** Resolves when the call with this number has arrived. */
  async reached(index: number): Promise<void> {
    if (this.calls.length >= index) return;
    await new Promise<void>((resolve) => {
      const watcher = () => {
        if (this.calls.length < index) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
    });
  }

  /** Forgets all calls; counting begins at 1 again. */
  clear(): void {
    this.calls = [];
    this.peak = this.running;
  }
}
