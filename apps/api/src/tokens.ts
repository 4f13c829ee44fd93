/** Injection tokens of what the composition root makes. There is no decorator metadata: every injection names one. */
export const SETTINGS = Symbol('SETTINGS');
export const CATALOGUE = Symbol('CATALOGUE');
export const STORAGE = Symbol('STORAGE');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
