import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** `anybody`: health and signed links. `no-token`: sign-in and docs, still closed to strangers in open mode. */
export type AccessRule = 'anybody' | 'no-token';
export const ACCESS = Symbol('ACCESS');

/** Exempts a route from the need of a token. Whatever carries no mark needs one. */
export const Access = (rule: AccessRule): CustomDecorator<symbol> => SetMetadata(ACCESS, rule);
