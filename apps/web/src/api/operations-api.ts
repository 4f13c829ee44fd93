import type { OperationsAnswer } from '@darkroom/contracts';
import type { ApiClient } from './client.js';

/** The call of the status page. */
export class OperationsApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  get(signal: AbortSignal): Promise<OperationsAnswer> {
    return this.#client.call('/api/operations', { signal });
  }
}
