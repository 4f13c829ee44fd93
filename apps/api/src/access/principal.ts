/** What a caller may do. */
export type Scope = 'images:read' | 'images:write';
export const allScopes: readonly Scope[] = ['images:read', 'images:write'];

/** The caller. `subject` owns its uploads, and every query is filtered by it. */
export interface Principal {
  subject: string;
  scopes: readonly Scope[];
  /** Id of the browser session, if the caller has one; an event stream ends with it. */
  sessionId?: string;
}

/** The only subject: of token mode with its single token, and of open mode. */
export const OWNER = 'owner';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}
