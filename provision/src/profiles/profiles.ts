import { demo } from './demo.js';

/** Every profile that a stack may have been created with. */
export const PROFILES = [demo] as const;
