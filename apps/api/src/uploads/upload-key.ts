import { type Catalogue, CLAIM_SECONDS, type Claim, type ClaimOutcome } from '@darkroom/catalogue';
import { IdempotencyKey } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { FastifyRequest } from 'fastify';
import { invalid } from '../http/validate.js';

/** The `Idempotency-Key` of a request, if it has one. @throws DarkroomError `invalid_request` for a bad one */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return undefined;
  const key = IdempotencyKey.safeParse(given);
  if (key.success) return key.data;
  throw invalid([{ field: 'Idempotency-Key', message: key.error.issues[0]?.message ?? 'not a key' }]);
}

/**
 * Claims a key for this call and keeps the claim alive until it ends.
 *
 * @throws DarkroomError `conflict` with `Retry-After` while the first call still runs
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
      'The first call with this Idempotency-Key is still running; try again in a moment.',
      {
        headers: { 'retry-after': '2' },
      },
    );
  }
  return outcome;
}

/** Renews a claim while a long upload runs. @returns what ends the renewing */
export function keepClaim(catalogue: Catalogue, claim: Claim | undefined): () => void {
  if (claim === undefined) return () => undefined;
  const timer = setInterval(
    () => {
      // A renewal that fails is made up for by the next; three in a row and the claim is rightly lost.
      catalogue.idempotency.renew(claim).catch(() => undefined);
    },
    (CLAIM_SECONDS * 1000) / 3,
  );
  return () => clearInterval(timer);
}
