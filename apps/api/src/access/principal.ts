/** What a caller may do. */
export type Scope = 'images:read' | 'images:write';
export const allScopes: readonly Scope[] = ['images:read', 'images:write'];

/** Who calls. `subject` owns what is uploaded and filters every query. */
export interface Principal {
  subject: string;
  scopes: readonly Scope[];
  /** Id of the browser session, when the caller has one: a stream ends with it. */
  sessionId?: string;
}

/** The one subject of a stack with a single token, and of open mode. */
export const OWNER = 'owner';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}
