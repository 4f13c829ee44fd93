import type { ProblemCode } from '../http/answers.js';
import type { JsonSchema, Method } from './document.js';
import type { HeaderName } from './headers.js';
import type { ParameterName } from './parameters.js';

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly headers?: readonly HeaderName[];
  /** Media type and schema of the body; absent if there is no body. */
  readonly body?: { readonly type: string; readonly schema: JsonSchema };
}

/** One call of the HTTP interface, as data. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  /** Unique name of the call, for generated clients. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'images' | 'events' | 'session' | 'media' | 'health' | 'docs';
  /**
   * Who may call: `token` needs a token or a session; `site` needs neither, but refuses pages of other sites; `anybody`
   * has no check; `metrics` needs no token on a loopback address, and elsewhere a token or the one for metrics.
   */
  readonly access: 'token' | 'site' | 'anybody' | 'metrics';
  readonly parameters?: readonly ParameterName[];
  /** The request body, by the id of its schema. */
  readonly request?: { readonly type: 'application/json' | 'multipart/form-data'; readonly schema: string };
  readonly answers: readonly Answer[];
  /** Problems in addition to those that follow from access, parameters and body. */
  readonly problems?: readonly ProblemCode[];
  readonly events?: Readonly<Record<string, JsonSchema>>;
}
