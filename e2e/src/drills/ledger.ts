import type { Image } from '@darkroom/contracts';

/** What a picture that was sent has to end as. */
export type Expected = 'ready' | 'failed';

/** An upload that was answered with 202. */
export interface Answered {
  id: string;
  filename: string;
  sha256: string;
  expected: Expected;
  /** `asked`: whether the call came through is not known. */
  deletion: 'none' | 'asked' | 'done';
}

/** What was said to the platform and what it answered: what it is held to in the end. */
export class Ledger {
  readonly #answered = new Map<string, Answered>();
  /** Calls that were not answered as hoped, by what came instead: a status or `no answer`. */
  readonly refusals: Record<string, number> = {};
  /** Answers that no careful client could live with. */
  readonly faults: string[] = [];
  /** Uploads that were begun; each is sent again until it is answered. */
  sent = 0;
  retries = 0;

  get answered(): readonly Answered[] {
    return [...this.#answered.values()];
  }

  /** How many uploads were answered. */
  get count(): number {
    return this.#answered.size;
  }

  answer({ id, filename, sha256 }: Image, expected: Expected): void {
    this.#answered.set(id, { id, filename, sha256, expected, deletion: 'none' });
  }

  /** A delete is under way. */
  deleting(id: string): void {
    const found = this.#answered.get(id);
    if (found !== undefined) found.deletion = 'asked';
  }

  /** A delete was answered. A first try that is answered with 404 has met a picture that was not there: a fault. */
  deleted(id: string, { status, tries }: { status: number; tries: number }): void {
    const found = this.#answered.get(id);
    if (found === undefined) return;
    found.deletion = 'done';
    if (status === 404 && tries === 1)
      this.faults.push(`${found.filename} (${id}) was not there to be deleted`);
  }

  /** A call was not answered as hoped. @param what - a status, or `no answer` */
  refused(what: string): void {
    this.refusals[what] = (this.refusals[what] ?? 0) + 1;
  }
}
