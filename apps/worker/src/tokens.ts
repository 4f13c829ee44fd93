/** Injection tokens of the composition root's parts. Without decorator metadata, every injection names its token. */
export const SETTINGS = Symbol('SETTINGS');
export const CATALOGUE = Symbol('CATALOGUE');
export const STORAGE = Symbol('STORAGE');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
