import type { Problem } from '@darkroom/contracts';

/** The problem codes of the api, and `unreachable` for a call without an answer. */
export type FaultCode = Problem['code'] | 'unreachable';

/** Thrown when a call fails: the api answered with a problem, or did not answer. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';

  /**
   * @param code - machine-readable; `unreachable` when no answer arrived
   * @param message - one plain sentence
   * @param retryAfter - seconds that the api asks to wait; null if it does not
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
 * Parses a failed answer. A proxy or a load balancer in front of the api may have sent one that is not a problem.
 *
 * @param body - the body as text
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
