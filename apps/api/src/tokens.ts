/** Injection tokens of the composition root. Every injection names one, because there is no decorator metadata. */
export const SETTINGS = Symbol('SETTINGS');
export const CATALOGUE = Symbol('CATALOGUE');
export const STORAGE = Symbol('STORAGE');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
