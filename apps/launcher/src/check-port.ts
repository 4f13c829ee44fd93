import { createServer } from 'node:net';
import { launchFault } from './errors.js';

/**
 * Sees that the address can be listened on, before anything is started.
 *
 * @throws DarkroomError `launch` with the reason
 */
export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(portFault(host, port, error)));
    // Exclusive: a port that two processes share would be no port of ours.
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function portFault(host: string, port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return launchFault(
      `Port ${port} on ${host} is taken by another program; stop that one, or choose another port with DARKROOM_PORT.`,
      error,
    );
  }
  if (error.code === 'EACCES') {
    return launchFault(
      `Port ${port} may not be listened on by this user; choose one above 1023 with DARKROOM_PORT.`,
      error,
    );
  }
  return launchFault(
    `${host}:${port} cannot be listened on (${error.code}); see DARKROOM_HOST and DARKROOM_PORT.`,
    error,
  );
}
