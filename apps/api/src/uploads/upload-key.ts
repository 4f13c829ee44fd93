import { type Catalogue, CLAIM_SECONDS, type Claim, type ClaimOutcome } from '@darkroom/catalogue';
import { IdempotencyKey } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { FastifyRequest } from 'fastify';
import { invalid } from '../http/validate.js';

/** The `Idempotency-Key` of a request, if any. @throws DarkroomError `invalid_request` for an invalid key */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return undefined;
  const key = IdempotencyKey.safeParse(given);
  if (key.success) return key.data;
  throw invalid([{ field: 'Idempotency-Key', message: key.error.issues[0]?.message ?? 'not a key' }]);
}

/**
 * Claims a key for this call.
 *
 * @throws DarkroomError `conflict` with `Retry-After` while the first call is still running
 */
export async function claimKey(
  catalogue: Catalogue,
  owner: string,
  key: string,
): Promise<Exclude<ClaimOutcome, { kind: 'running' }>> {
  const outcome = await catalogue.idempotency.claim(owner, key);
  if (outcome.kind === 'running') {
    throw doorError(
      'conflict',
      'The first call with this Idempotency-Key is still running. Try again in a moment.',
      {
        headers: { 'retry-after': '2' },
      },
    );
  }
  return outcome;
}

/** Renews a claim during a long upload. @returns a function that stops the renewal */
export function keepClaim(catalogue: Catalogue, claim: Claim | undefined): () => void {
  if (claim === undefined) return () => undefined;
  const timer = setInterval(
    () => {
      // The next renewal compensates for a failed one. After three failures in a row, the claim expires.
      catalogue.idempotency.renew(claim).catch(() => undefined);
    },
    (CLAIM_SECONDS * 1000) / 3,
  );
  return () => clearInterval(timer);
}
