import { ApiFault, faultOf } from './problem.js';

/**
 * Milliseconds before each further try of a call that got no answer: a laptop that changes its network loses what is on
 * its way (Chromium: `ERR_NETWORK_CHANGED`), and could send it again a moment later.
 */
const AGAIN_AFTER = [300, 900, 2_000];

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Lets the call outlive the page. */
  readonly keepalive?: boolean;
}

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly text: string;
  readonly retryAfter: string | null;
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
   * Calls, and calls again while no answer comes, for about 3 seconds; a POST, which may have been heard, is not repeated.
   *
   * @returns the answer's JSON; undefined where it has none
   * @throws ApiFault; the signal's own error when the call was aborted
   */
  async call<Result>(path: string, options: CallOptions = {}): Promise<Result> {
    const { ok, status, text, retryAfter } = await this.#answer(path, options);
    if (ok) return (status === 204 ? undefined : JSON.parse(text)) as Result;
    const fault = faultOf(status, text, retryAfter);
    // A wrong token at the sign-in page is no session that ended.
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

  /** @throws Error when the answer, or a part of it, does not come */
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
