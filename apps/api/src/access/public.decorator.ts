import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/**
 * `anybody`: health and signed links. `no-token`: sign-in and docs; open mode still refuses other sites. `metrics`:
 * programs of this machine, and callers with a token.
 */
export type AccessRule = 'anybody' | 'no-token' | 'metrics';
export const ACCESS = Symbol('ACCESS');

/** Exempts a route from the token. A route without this decorator needs one. */
export const Access = (rule: AccessRule): CustomDecorator<symbol> => SetMetadata(ACCESS, rule);
