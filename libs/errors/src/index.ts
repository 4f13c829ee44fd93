export * from './darkroom-error.js';
export * from './door-errors.js';
export * from './format-quantity.js';
export * from './picture-errors.js';
