import { type ReadonlySignal, signal } from '@preact/signals';
import type { SessionApi } from '../api/session-api.js';

export type SessionState = 'unknown' | 'signed-in' | 'signed-out' | 'unreachable';

/** Whether this browser may look at the pictures. */
export class Session {
  readonly #api: SessionApi;
  readonly #state = signal<SessionState>('unknown');
  readonly #asksToken = signal(false);
  readonly #ended = signal(false);

  constructor(api: SessionApi) {
    this.#api = api;
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  /** Whether there is something to sign out of. */
  get asksToken(): ReadonlySignal<boolean> {
    return this.#asksToken;
  }

  /** Whether somebody was signed in and is no longer. */
  get ended(): ReadonlySignal<boolean> {
    return this.#ended;
  }

  async check(): Promise<void> {
    try {
      const { access, signedIn } = await this.#api.get();
      this.#asksToken.value = access === 'token';
      if (signedIn) this.#state.value = 'signed-in';
      else this.lose();
    } catch {
      // Whoever is in stays in: the line heals or the next call says otherwise.
      if (this.#state.value === 'unknown') this.#state.value = 'unreachable';
    }
  }

  /** @throws ApiFault where the token is wrong or the server away */
  async signIn(token: string): Promise<void> {
    await this.#api.signIn(token);
    this.#ended.value = false;
    this.#state.value = 'signed-in';
  }

  async signOut(): Promise<void> {
    await this.#api.signOut();
    this.#state.value = 'signed-out';
  }

  /** The server no longer knows this browser. */
  lose(): void {
    this.#asksToken.value = true;
    if (this.#state.value === 'signed-in') this.#ended.value = true;
    this.#state.value = 'signed-out';
  }
}
