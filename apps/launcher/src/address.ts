const ANY_ADDRESS = new Set(['0.0.0.0', '::', '']);

/** The URL at which this machine reaches a server that listens on `host`. */
export function localUrl(host: string, port: number): string {
  const reached = ANY_ADDRESS.has(host) ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
