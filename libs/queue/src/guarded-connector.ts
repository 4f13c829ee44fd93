import type { StandaloneConnectionOptions } from 'ioredis';
import { StandaloneConnector } from 'ioredis/built/connectors/index.js';

/**
 * Opens the connections of ioredis, and ignores the later errors of a socket. ioredis listens for the first error only,
 * and closes the connection then. One read can carry a second: the server's alert behind the certificate that this
 * process refused. Without a listener that 'error' event ends the process.
 */
export class GuardedConnector extends StandaloneConnector {
  constructor(options: unknown) {
    super(options as StandaloneConnectionOptions);
  }

  override async connect(...args: Parameters<StandaloneConnector['connect']>) {
    const stream = await super.connect(...args);
    return stream.on('error', () => undefined);
  }
}
