/** Injection tokens of what the composition root makes. There is no decorator metadata: every injection names one. */
export const SETTINGS = Symbol('SETTINGS');
export const PLATFORM = Symbol('PLATFORM');
