import type { Problem } from '@darkroom/contracts';

/** Codes of the api, and one for when it cannot be reached at all. */
export type FaultCode = Problem['code'] | 'unreachable';

/** A call that failed: the api said why, or did not answer. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';

  /**
   * @param code - machine-readable; `unreachable` when no answer came
   * @param message - one plain sentence
   * @param retryAfter - seconds that the api asks to wait; null where it does not say
   */
  constructor(
    readonly code: FaultCode,
    message: string,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

/**
 * Reads an answer that is no success. Something before the api (a proxy, a load balancer) may have answered in words of
 * its own.
 *
 * @param body - the answer's text
 * @param retryAfter - header `Retry-After`, in seconds
 */
export function faultOf(status: number, body: string, retryAfter: string | null): ApiFault {
  const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  const problem = parseProblem(body);
  if (problem !== null) {
    const places = problem.errors?.map(({ message }) => message).join('; ');
    const detail = problem.code === 'invalid_request' && places ? `${capital(places)}.` : problem.detail;
    return new ApiFault(problem.code, detail, seconds);
  }
  return new ApiFault(codeOf(status), `The server answered ${status}.`, seconds);
}

function parseProblem(body: string): Problem | null {
  try {
    const value: unknown = JSON.parse(body);
    const isProblem = typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
    return isProblem ? (value as Problem) : null;
  } catch {
    return null;
  }
}

function codeOf(status: number): FaultCode {
  if (status === 401) return 'unauthorized';
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  if (status === 429) return 'rate_limited';
  // nginx answers 502 and 504 while the api restarts.
  return status === 502 || status === 503 || status === 504 ? 'unavailable' : 'internal';
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
