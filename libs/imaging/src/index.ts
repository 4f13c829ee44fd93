export * from './engine-types.js';
export * from './imaging-engine.js';
export * from './isolation/decoder-crashed.js';
export * from './isolation/decoder-pool.js';
