import type { NamedColour } from './named-colour.js';

/** The colours that a file names, and their rank. */
export interface StatedColour {
  /** Null when the file names none, or none that can be converted. */
  colour: NamedColour | null;
  /** Whether they win over an embedded ICC profile. */
  overProfile: boolean;
}
