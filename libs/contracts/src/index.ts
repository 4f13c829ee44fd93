export * from './http/answers.js';
export * from './http/requests.js';
export * from './image.js';
export * from './jobs/jobs.js';
export * from './limits.js';
export * from './recipe.js';
export * from './text.js';
