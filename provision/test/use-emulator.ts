export { useEmulator } from '@darkroom/aws-emulator/testing';
