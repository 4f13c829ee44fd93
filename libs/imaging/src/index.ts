export * from './imaging-engine.js';
export * from './sniff.js';
