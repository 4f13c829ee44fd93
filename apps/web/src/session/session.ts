import { type ReadonlySignal, signal } from '@preact/signals';
import type { SessionApi } from '../api/session-api.js';

export type SessionState = 'unknown' | 'signed-in' | 'signed-out' | 'unreachable';

/** Whether this browser is signed in. */
export class Session {
  readonly #api: SessionApi;
  readonly #state = signal<SessionState>('unknown');
  readonly #requiresToken = signal(false);
  readonly #ended = signal(false);

  constructor(api: SessionApi) {
    this.#api = api;
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  /** Whether the api requires a token, so that there is a session to sign out of. */
  get requiresToken(): ReadonlySignal<boolean> {
    return this.#requiresToken;
  }

  /** Whether the session has ended. */
  get ended(): ReadonlySignal<boolean> {
    return this.#ended;
  }

  async check(): Promise<void> {
    try {
      const { access, signedIn } = await this.#api.get();
      this.#requiresToken.value = access === 'token';
      if (signedIn) this.#state.value = 'signed-in';
      else this.end();
    } catch {
      // A signed-in user stays signed in: the connection returns, or the next call ends the session.
      if (this.#state.value === 'unknown') this.#state.value = 'unreachable';
    }
  }

  /** @throws ApiFault when the token is wrong or the server is down */
  async signIn(token: string): Promise<void> {
    await this.#api.signIn(token);
    this.#ended.value = false;
    this.#state.value = 'signed-in';
  }

  async signOut(): Promise<void> {
    await this.#api.signOut();
    this.#state.value = 'signed-out';
  }

  /** Ends the session, because the api no longer accepts it. */
  end(): void {
    this.#requiresToken.value = true;
    if (this.#state.value === 'signed-in') this.#ended.value = true;
    this.#state.value = 'signed-out';
  }
}
