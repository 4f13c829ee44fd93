export { findChromium } from './find-chromium.js';
export { findFreePort, startWatchdog, type Watchdog } from '@darkroom/embedded';
export { createCleanEnvironment } from './create-clean-environment.js';
export { ComposeContainer, type Confinement } from './compose-container.js';
export { ComposeProject, missingCompose, type UpOptions } from './compose-project.js';
export { compactPng } from './compact-png.js';
export { createBucket } from './create-bucket.js';
export { countRedisKeys, flushRedis } from './flush-redis.js';
export { givenPictures, type GivenPicture } from './given-pictures.js';
export { colourAt, inspectPicture, type PictureFacts } from './inspect-picture.js';
export { drawWithPython } from './draw-with-python.js';
export { drawLandscape, type Landscape, type Scene, scenes } from './landscapes.js';
export * from './pictures.js';
export { randomFrom } from './random-from.js';
export { KillableServer, type RunningServer } from './killable-server.js';
export { killablePostgres } from './killable-postgres.js';
export { killableRedis } from './killable-redis.js';
export { findLastingPort } from './find-lasting-port.js';
export { bucketObjects, type StoredObject } from './bucket-objects.js';
export { modelRuns } from './model-runs.js';
export { reportNotRun } from './report-not-run.js';
export { selfSignedCertificate, type SelfSigned } from './self-signed-certificate.js';
export {
  services,
  unavailableServices,
  type S3Service,
  type ServiceName,
  type Services,
} from './services.js';
export type { Started } from './services.js';
export { startGateway, type Gateway, type GatewayOptions, type LogLine } from './start-gateway.js';
export { startMoto } from './start-moto.js';
export { startPostgres } from './start-postgres.js';
export { startRedis } from './start-redis.js';
export { startS3 } from './start-s3.js';
export { startServices } from './start-services.js';
export { startTlsRedis, type TlsRedis } from './start-tls-redis.js';
export {
  connectDatabase,
  type DatabaseConnection,
  queryDatabase,
  testDatabase,
  type TestDatabase,
} from './test-database.js';
export { withTimeout } from './with-timeout.js';
