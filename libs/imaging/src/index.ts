export * from './engine-types.js';
export * from './imaging-engine.js';
export * from './sniff.js';
