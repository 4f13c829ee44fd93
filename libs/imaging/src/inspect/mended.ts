/** A picture that libvips reads from memory instead of from its file, because it would misread the file. */
export interface Mended {
  file: Buffer;
  /** Pages before the first one of the picture. */
  leadingPages: number;
}
