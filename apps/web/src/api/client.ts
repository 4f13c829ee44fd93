import { ApiFault, faultOf } from './problem.js';

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Lets the call outlive the page. */
  readonly keepalive?: boolean;
}

/** Called whenever the api answers that nobody is signed in. */
export type OnSignedOut = () => void;

/** Calls the api over JSON. */
export class ApiClient {
  readonly #onSignedOut: OnSignedOut;

  constructor(onSignedOut: OnSignedOut) {
    this.#onSignedOut = onSignedOut;
  }

  /**
   * @returns the answer's JSON; undefined where it has none
   * @throws ApiFault; the signal's own error when the call was aborted
   */
  async call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
    const response = await this.#fetch(path, options);
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer;
    const fault = faultOf(response.status, await response.text(), response.headers.get('retry-after'));
    // A wrong token at the sign-in page is no session that ended.
    if (fault.code === 'unauthorized' && path !== '/api/session') this.#onSignedOut();
    throw fault;
  }

  async #fetch(
    path: string,
    { method = 'GET', body, signal, keepalive = false }: CallOptions,
  ): Promise<Response> {
    try {
      return await fetch(path, {
        method,
        keepalive,
        cache: 'no-store',
        ...(signal !== undefined && { signal }),
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ApiFault('unreachable', 'The server cannot be reached.');
    }
  }
}
