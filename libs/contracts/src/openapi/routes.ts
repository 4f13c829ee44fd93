import type { Route } from './route.js';
import { eventRoutes } from './routes/events.js';
import { imageRoutes } from './routes/images.js';
import { mediaRoutes } from './routes/media.js';
import { operationRoutes } from './routes/operations.js';
import { sessionRoutes } from './routes/session.js';

/** Every call of the HTTP interface, in the order of the document. `HEAD` is left out where it only repeats `GET`. */
export const routes: readonly Route[] = [
  ...imageRoutes,
  ...eventRoutes,
  ...sessionRoutes,
  ...mediaRoutes,
  ...operationRoutes,
];
