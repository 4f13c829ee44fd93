import { ApiFault, faultOf } from './problem.js';

/**
 * Milliseconds before each retry of a call that got no answer. A laptop that changes its network loses calls in flight
 * (Chromium: `ERR_NETWORK_CHANGED`); the same call succeeds a moment later.
 */
const AGAIN_AFTER = [300, 900, 2_000];

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Lets the call finish after the page is closed. */
  readonly keepalive?: boolean;
}

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly text: string;
  readonly retryAfter: string | null;
}

/** Called when the api answers that the session has ended. */
export type OnSignedOut = () => void;

/** Calls the api over JSON. */
export class ApiClient {
  readonly #onSignedOut: OnSignedOut;

  constructor(onSignedOut: OnSignedOut) {
    this.#onSignedOut = onSignedOut;
  }

  /**
   * Calls the api and retries for about 3 seconds while no answer arrives. Does not retry a POST: it may have arrived.
   *
   * @returns the JSON of the answer; undefined if it has none
   * @throws ApiFault; the signal's error when the call was aborted
   */
  async call<Result>(path: string, options: CallOptions = {}): Promise<Result> {
    const { ok, status, text, retryAfter } = await this.#answer(path, options);
    if (ok) return (status === 204 ? undefined : JSON.parse(text)) as Result;
    const fault = faultOf(status, text, retryAfter);
    // A wrong token on the sign-in page does not mean that a session has ended.
    if (fault.code === 'unauthorized' && path !== '/api/session') this.#onSignedOut();
    throw fault;
  }

  async #answer(path: string, options: CallOptions): Promise<Answer> {
    const waits = options.method === 'POST' ? [].values() : AGAIN_AFTER.values();
    for (;;) {
      try {
        return await this.#fetch(path, options);
      } catch (error) {
        if (options.signal?.aborted === true) throw error;
        const { value: wait, done } = waits.next();
        if (done === true) throw new ApiFault('unreachable', 'The server cannot be reached.');
        await new Promise((resolve) => setTimeout(resolve, wait));
        options.signal?.throwIfAborted();
      }
    }
  }

  /** @throws Error when the answer does not arrive in full */
  async #fetch(
    path: string,
    { method = 'GET', body, signal, keepalive = false }: CallOptions,
  ): Promise<Answer> {
    const response = await fetch(path, {
      method,
      keepalive,
      cache: 'no-store',
      ...(signal !== undefined && { signal }),
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const { status, ok, headers } = response;
    return { status, ok, text: await response.text(), retryAfter: headers.get('retry-after') };
  }
}
