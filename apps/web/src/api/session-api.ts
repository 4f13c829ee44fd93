import type { LimitsAnswer, SessionAnswer } from '@darkroom/contracts';
import type { ApiClient } from './client.js';

/** What a file may have. */
export type UploadLimits = Pick<LimitsAnswer, 'maxBytes' | 'archive'>;

/** Who may call, and what uploads may have. */
export class SessionApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  get(): Promise<SessionAnswer> {
    return this.#client.call('/api/session');
  }

  /** @throws ApiFault `unauthorized` for a wrong token, `rate_limited` after too many */
  signIn(token: string): Promise<void> {
    return this.#client.call('/api/session', { method: 'POST', body: { token } });
  }

  signOut(): Promise<void> {
    return this.#client.call('/api/session', { method: 'DELETE' });
  }

  limits(): Promise<UploadLimits> {
    return this.#client.call('/api/limits');
  }
}
