import type { OriginalFacts } from '@darkroom/contracts';
import type { DecodedFacts } from '../processing-catalogue.js';

export const ORIGINAL_FACTS: OriginalFacts = {
  takenAt: '2026-07-01T18:30:00+02:00',
  camera: 'Ünï "x" \\ 🎉',
  colourProfile: null,
  frames: 3,
  dominantColour: '#10a0ff',
};

export const DECODED_FACTS: DecodedFacts = {
  width: 1_600,
  height: 1_200,
  thumbhash: 'aGFzaA==',
  ...ORIGINAL_FACTS,
};
