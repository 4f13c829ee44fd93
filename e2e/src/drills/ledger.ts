import type { Image } from '@darkroom/contracts';

/** The status that a picture must end with. */
export type Expected = 'ready' | 'failed';

/** An upload that was answered with 202. */
export interface Answered {
  id: string;
  filename: string;
  sha256: string;
  expected: Expected;
  /** `asked`: the delete was sent, but its outcome is not known. */
  deletion: 'none' | 'asked' | 'done';
}

/** The calls that were sent and their answers. The audit checks the platform against them. */
export class Ledger {
  readonly #answered = new Map<string, Answered>();
  /** Unsuccessful calls, counted by status or `no answer`. */
  readonly refusals: Record<string, number> = {};
  /** Answers that break the API's promises to a careful client. */
  readonly faults: string[] = [];
  /** Uploads that were started; each is retried until it is acknowledged. */
  sent = 0;
  retries = 0;

  get answered(): readonly Answered[] {
    return [...this.#answered.values()];
  }

  /** How many uploads were acknowledged. */
  get count(): number {
    return this.#answered.size;
  }

  answer({ id, filename, sha256 }: Image, expected: Expected): void {
    this.#answered.set(id, { id, filename, sha256, expected, deletion: 'none' });
  }

  /** Records that a delete was sent. */
  deleting(id: string): void {
    const found = this.#answered.get(id);
    if (found !== undefined) found.deletion = 'asked';
  }

  /** Records the answer to a delete. A 404 on the first attempt means that the picture was missing: a fault. */
  deleted(id: string, { status, attempts }: { status: number; attempts: number }): void {
    const found = this.#answered.get(id);
    if (found === undefined) return;
    found.deletion = 'done';
    if (status === 404 && attempts === 1)
      this.faults.push(`${found.filename} (${id}) was missing when it was deleted`);
  }

  /** Records an unsuccessful call. @param what - a status, or `no answer` */
  refused(what: string): void {
    this.refusals[what] = (this.refusals[what] ?? 0) + 1;
  }
}
