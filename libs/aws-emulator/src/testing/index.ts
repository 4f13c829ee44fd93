export { connect, errorName, sendJson } from './connect.js';
export { useClients, useEmulator } from './use-emulator.js';
