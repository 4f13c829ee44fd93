import type { OriginalContentType, PictureStep, Recipe, VariantFormat } from '@darkroom/contracts';

export interface ImagingLimits {
  /** Pixels of one frame, and of all frames together. */
  maxPixels: number;
  /** Frames of an animation. */
  maxFrames: number;
  /** Milliseconds for one whole call. */
  timeoutMs: number;
  /** Bytes of memory that this process may use; the pool sets it for its decoder processes. */
  memoryBytes?: number;
}

/** `auto`: libavcodec where the system has it, for the pictures that it decodes. WebAssembly decodes every HEIC. */
export type HeicDecoder = 'auto' | 'webassembly';

/** What decodes a HEIC. */
export interface HeicReport {
  /** A library with its version, or `WebAssembly`. */
  decoder: string;
  /** Why the library of the system, which tried it first, did not decode it. */
  failure?: string;
}

export interface ImagingOptions {
  limits: ImagingLimits;
  /** Absolute path of an existing folder for the variants; files of the same names are overwritten. */
  outputFolder: string;
  /** Keeps the gain map of an UltraHDR JPEG in the largest JPEG. The default is false. */
  keepGainMap?: boolean;
  /** The default is `auto`. */
  heicDecoder?: HeicDecoder;
  /** Called when the decoding of a HEIC begins, and again when another decoder begins because the first failed. */
  onHeicDecoder?: (report: HeicReport) => void;
  /** Aborts the work; the call then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called when decoding begins, and when encoding begins. */
  onStep?: (step: EngineStep) => void;
}

export type EngineStep = Extract<PictureStep, 'decoding' | 'encoding'>;

/** An original as a file on this machine. */
export interface PictureInput {
  path: string;
  contentType: OriginalContentType;
}

export interface EncodedVariant {
  /** The name of the recipe's size. */
  name: string;
  format: VariantFormat;
  /** Pixels. */
  width: number;
  /** Pixels of one frame. */
  height: number;
  /** Size of the file. */
  bytes: number;
  /** Absolute path of the encoded file in the output folder. */
  path: string;
}

export interface PictureFacts {
  /** Pixels, upright. */
  width: number;
  /** Pixels of one frame, upright. */
  height: number;
  /** 1 for a still picture. */
  frames: number;
  /** ThumbHash of the first frame, base64. */
  thumbhash: string;
  /** Local time of the shot in ISO 8601, with its UTC offset where the camera wrote one; null when unknown. */
  takenAt: string | null;
  /** Maker and model; null when unknown. */
  camera: string | null;
  /**
   * Description of the ICC profile that decides the colours, e.g. `Display P3`, or the name of colours without a
   * profile, e.g. `Rec. 2020 PQ`; null for plain sRGB.
   */
  colourProfile: string | null;
  /** `#rrggbb` of the first frame; null when it is fully transparent. */
  dominantColour: string | null;
}

/** A picture whose JPEGs are made, and whose pixels are still in memory. */
export interface KeptPicture {
  readonly facts: PictureFacts;
  readonly variants: EncodedVariant[];
  /** Whether `encode` can make this format: not one with frames, of an animation, because a JPEG has only the first. */
  canEncode(format: VariantFormat): boolean;
  /**
   * Writes one more format of every size of the recipe, with the same bytes as `ImagingEngine.encode`. It has a time
   * limit of its own. Call it for one format at a time.
   *
   * @param options.signal - gives the format up; the engine is free for another picture within milliseconds
   * @throws as `ImagingEngine.encode` does
   */
  encode(format: VariantFormat, options?: { signal?: AbortSignal }): Promise<EncodedVariant[]>;
  /** Frees the pixels. Call it once. */
  release(): Promise<void>;
}

export interface ImagingEngine {
  /**
   * Writes the JPEG of every size of the recipe and returns the facts of the picture.
   *
   * @throws PictureFault `corrupt_image`, `unsupported_format`, `too_many_pixels`, `too_many_frames`,
   *   `processing_timeout`, `out_of_memory`; the signal's reason when aborted; any other error is not caused by the
   *   picture
   */
  process(
    input: PictureInput,
    recipe: Recipe,
    options: ImagingOptions,
  ): Promise<{ facts: PictureFacts; variants: EncodedVariant[] }>;

  /**
   * As `process`, but keeps the pixels until they are released, so that other formats need not decode the picture again.
   * The original and the output folder must exist until then.
   *
   * @throws as `process` does
   */
  processAndKeep(input: PictureInput, recipe: Recipe, options: ImagingOptions): Promise<KeptPicture>;

  /**
   * Writes one more format of every size of the recipe. WebP keeps alpha and animation, AVIF keeps only alpha.
   *
   * @throws as `process` does
   */
  encode(
    input: PictureInput,
    recipe: Recipe,
    format: VariantFormat,
    options: ImagingOptions,
  ): Promise<EncodedVariant[]>;
}
