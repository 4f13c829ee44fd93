/** Mirrors left to right first, then rotates clockwise by degrees. */
export interface Turn {
  flop: boolean;
  angle: number;
}
