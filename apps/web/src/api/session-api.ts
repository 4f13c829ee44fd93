import type { LimitsAnswer, SessionAnswer } from '@darkroom/contracts';
import type { ApiClient } from './client.js';

/** Limits of uploads and downloads. */
export type UploadLimits = Pick<LimitsAnswer, 'maxBytes' | 'archive'>;

/** Calls for sign-in, and for the limits of uploads. */
export class SessionApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  get(): Promise<SessionAnswer> {
    return this.#client.call('/api/session');
  }

  /** @throws ApiFault `unauthorized` for a wrong token, `rate_limited` after too many tries */
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
