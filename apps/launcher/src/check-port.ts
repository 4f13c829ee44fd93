import { createServer } from 'node:net';
import { launchFault } from './errors.js';

/**
 * Checks that the port is free, before anything is started.
 *
 * @throws DarkroomError `launch` with the reason
 */
export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(portFault(host, port, error)));
    // Exclusive: do not share the port with another process.
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function portFault(host: string, port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return launchFault(
      `Port ${port} on ${host} is already in use. Stop the other program, or choose another port with DARKROOM_PORT.`,
      error,
    );
  }
  if (error.code === 'EACCES') {
    return launchFault(
      `This user may not listen on port ${port}. Choose a port above 1023 with DARKROOM_PORT.`,
      error,
    );
  }
  return launchFault(
    `Cannot listen on ${host}:${port} (${error.code}). Check DARKROOM_HOST and DARKROOM_PORT.`,
    error,
  );
}
