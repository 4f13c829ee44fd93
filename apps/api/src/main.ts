import { setFlagsFromString } from 'node:v8';

// V8's young generation stays at 1 MiB (16 by default). Uploads pass through as chunks whose bytes lie outside of the
// heap and are given back only when the few bytes of their handles are collected: the smaller it is, the sooner. 20
// uploads of 50 MB at once on S3 take 264 MiB at the peak instead of 334, and no longer. V8 never makes it smaller
// again, hence before anything else is loaded.
setFlagsFromString('--max-semi-space-size=1');
setFlagsFromString('--semi-space-growth-factor=1');

await import('./run-api.js');
