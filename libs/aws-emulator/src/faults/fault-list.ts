import type { Call } from '../wire/call.js';
import { brokenOff, denied, type Damage, type FaultKind } from './kinds.js';
import { seededRandom } from './seeded-random.js';

export interface FaultRule {
  /** Operations (`ec2:RunInstances`), services (`ec2:*`), or a predicate; every call by default. */
  on?: string | readonly string[] | ((call: Call) => boolean);
  /** Number of the first matching call to hit; 1 by default. */
  from?: number;
  /** Number of calls to hit; all by default. */
  times?: number;
  /** Share of the matching calls to hit, from 0 to 1. The same seed hits the same calls. */
  share?: { of: number; seed: number };
  /** `after`: the call takes effect although it fails. `before`, the default: it does not. */
  when?: 'before' | 'after';
  give: FaultKind;
}

export interface Hit {
  when: 'before' | 'after';
  damage: Damage;
}

interface Placed {
  rule: FaultRule;
  matched: number;
  random: () => number;
}

interface Breakpoint {
  isAt: (call: Call) => boolean;
  when: 'before' | 'after';
  passed: boolean;
}

/** The faults in force. */
export class FaultList {
  private placed: Placed[] = [];
  private readonly refused = new Map<string, number>();
  private breakpoint: Breakpoint | undefined;

  /** @returns a function that removes it */
  add(rule: FaultRule): () => void {
    const placed = { rule, matched: 0, random: seededRandom(rule.share?.seed ?? 0) };
    this.placed.push(placed);
    return () => {
      this.placed = this.placed.filter((one) => one !== placed);
    };
  }

  /**
   * Denies a permission, also where a call needs it in addition to its own (RunInstances needs `iam:PassRole`).
   *
   * @returns a function that grants it again
   */
  deny(action: string): () => void {
    this.refused.set(action, (this.refused.get(action) ?? 0) + 1);
    return () => {
      const left = (this.refused.get(action) ?? 0) - 1;
      if (left > 0) this.refused.set(action, left);
      else this.refused.delete(action);
    };
  }

  isDenied(action: string): boolean {
    return this.refused.has(action);
  }

  /**
   * Ends a run at the call with this number: this call and all later ones get an error that no SDK retries.
   *
   * @param when - `after`: this call takes effect, but its caller gets an error
   */
  breakOff(index: number, when: 'before' | 'after'): void {
    this.breakpoint = { isAt: (call) => call.index >= index, when, passed: false };
  }

  /**
   * Ends a run at its nth write from now on. Only writes change anything. So a chain of runs, each ended `after` its
   * first write, passes through every state that an interruption can leave. Runs that always begin with the same
   * writes, such as taking a lock, need a larger `nth` to make progress.
   */
  breakOffAtWrite(nth: number, when: 'before' | 'after'): void {
    let writes = 0;
    const isAt = ({ write }: Call) => {
      if (write) writes += 1;
      return writes >= nth;
    };
    this.breakpoint = { isAt, when, passed: false };
  }

  clear(): void {
    this.placed = [];
    this.refused.clear();
    this.breakpoint = undefined;
  }

  /** The fault that hits a call, if any. */
  hit(call: Call): Hit | undefined {
    const broken = this.breakpoint;
    if (broken?.passed === true) return { when: 'before', damage: brokenOff()(call) };
    if (broken?.isAt(call) === true) {
      broken.passed = true;
      return { when: broken.when, damage: brokenOff()(call) };
    }
    // Each rule counts every call that it matches, even if another rule hits it.
    const hits = this.placed.filter((placed) => counts(placed, call));
    const rule = hits[0]?.rule;
    if (rule !== undefined) return { when: rule.when ?? 'before', damage: rule.give(call) };
    const missing = call.actions.find((action) => this.refused.has(action));
    return missing === undefined ? undefined : { when: 'before', damage: denied(missing)(call) };
  }
}

function counts(placed: Placed, call: Call): boolean {
  const { rule } = placed;
  if (!matches(rule.on, call)) return false;
  placed.matched += 1;
  const first = rule.from ?? 1;
  const chosen = rule.share === undefined || placed.random() < rule.share.of;
  return chosen && placed.matched >= first && placed.matched < first + (rule.times ?? Infinity);
}

function matches(on: FaultRule['on'], call: Call): boolean {
  if (on === undefined) return true;
  if (typeof on === 'function') return on(call);
  return [on].flat().some((name) => name === call.name || name === `${call.service}:*` || name === '*');
}
