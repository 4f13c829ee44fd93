import { dirname } from 'node:path';
import { firstFormat, type Recipe, type VariantFormat } from '@darkroom/contracts';
import { PICTURE_FAULTS, PictureFault, type PictureFaultCode } from '@darkroom/errors';
import type {
  EncodedVariant,
  EngineStep,
  HeicDecoder,
  HeicReport,
  ImagingLimits,
  PictureFacts,
  PictureInput,
} from '../engine-types.js';

/** A request for one picture: one line of JSON. */
export interface DecoderRequest {
  id: number;
  /**
   * What becomes of the pixels after `process`: they are freed, or kept until a line with {@link RELEASE}. `kept`: make
   * the format from those of the request before.
   */
  pixels: 'free' | 'keep' | 'kept';
  /** The format to encode to; null means `process`, which makes JPEG and returns the facts. */
  format: VariantFormat | null;
  input: PictureInput;
  recipe: Recipe;
  limits: ImagingLimits;
  outputFolder: string;
  keepGainMap: boolean;
  heicDecoder: HeicDecoder;
}

/** Frees the pixels that were kept. A format that is being made from them ends with an error. It has no answer. */
export const RELEASE = { release: true } as const;

export interface DecoderResult {
  facts?: PictureFacts;
  variants: EncodedVariant[];
}

/** The messages of a decoder process, one line of JSON each. */
export type DecoderMessage =
  | { type: 'ready' }
  /** The process has begun the picture: from now on, a crash is attributed to the picture. */
  | { type: 'begun'; id: number }
  /** Progress of the picture. */
  | { type: 'step'; id: number; step: EngineStep }
  /** What decodes the HEIC. */
  | { type: 'heic'; id: number; report: HeicReport }
  /** Its resident memory in bytes, where the parent cannot read it. */
  | { type: 'memory'; bytes: number }
  | { type: 'done'; id: number; result: DecoderResult }
  | { type: 'fault'; id: number; code: PictureFaultCode; message: string }
  | { type: 'error'; id: number; message: string; code?: string; stack?: string };

/** Bytes of the longest line; the facts and variants of a picture need a few thousand. */
export const LINE_BYTES_MAX = 256 * 1024;
const MESSAGE_LENGTH_MAX = 500;
/** The length to which the engine cuts them. */
const FACT_LENGTH_MAX = 120;

/** Creates the answer of a decoder process after the engine has thrown. */
export function createFailureMessage(id: number, error: unknown): DecoderMessage {
  if (error instanceof PictureFault) {
    return { type: 'fault', id, code: error.code, message: error.message.slice(0, MESSAGE_LENGTH_MAX) };
  }
  if (!(error instanceof Error)) return { type: 'error', id, message: String(error) };
  const { message, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type: 'error', id, message, ...code, ...(stack === undefined ? {} : { stack }) };
}

/**
 * Parses a line from a decoder process, which is not trusted. @returns null for an invalid message
 * @returns null for anything but a message
 */
export function parseMessage(line: string): DecoderMessage | null {
  const message = parseJson(line);
  if (!isRecord(message)) return null;
  switch (message.type) {
    case 'ready':
      return { type: 'ready' };
    case 'begun':
      return isWhole(message.id) ? { type: 'begun', id: message.id } : null;
    case 'step':
      return isWhole(message.id) && (message.step === 'decoding' || message.step === 'encoding')
        ? { type: 'step', id: message.id, step: message.step }
        : null;
    case 'heic':
      return isWhole(message.id) && isHeicReport(message.report)
        ? { type: 'heic', id: message.id, report: message.report }
        : null;
    case 'memory':
      return isWhole(message.bytes) ? { type: 'memory', bytes: message.bytes } : null;
    case 'done':
      return isWhole(message.id) && isRecord(message.result) ? (message as DecoderMessage) : null;
    case 'fault':
      return isWhole(message.id) && isFaultCode(message.code) && typeof message.message === 'string'
        ? (message as DecoderMessage)
        : null;
    case 'error':
      return isWhole(message.id) && typeof message.message === 'string' ? (message as DecoderMessage) : null;
    default:
      return null;
  }
}

/** Whether a result matches the request, whatever process it came from. */
export function isResultOf({ format, recipe, outputFolder }: DecoderRequest, result: DecoderResult): boolean {
  if (!Array.isArray(result.variants) || result.variants.length !== recipe.sizes.length) return false;
  if (format === null && !areFacts(result.facts)) return false;
  return result.variants.every(
    (variant: unknown, index) =>
      isRecord(variant) &&
      variant.name === recipe.sizes[index]?.name &&
      variant.format === (format ?? firstFormat) &&
      isPositive(variant.width) &&
      isPositive(variant.height) &&
      isPositive(variant.bytes) &&
      typeof variant.path === 'string' &&
      dirname(variant.path) === outputFolder,
  );
}

function areFacts(facts: unknown): boolean {
  return (
    isRecord(facts) &&
    isPositive(facts.width) &&
    isPositive(facts.height) &&
    isPositive(facts.frames) &&
    typeof facts.thumbhash === 'string' &&
    [facts.takenAt, facts.camera, facts.colourProfile, facts.dominantColour].every(isFactText)
  );
}

function isHeicReport(report: unknown): report is HeicReport {
  const isText = (value: unknown) => typeof value === 'string' && value.length <= MESSAGE_LENGTH_MAX;
  return (
    isRecord(report) && isText(report.decoder) && (report.failure === undefined || isText(report.failure))
  );
}

/** PostgreSQL stores neither NUL nor lone surrogates. */
function isFactText(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === 'string' && value.length <= FACT_LENGTH_MAX && !/[\p{Cc}\p{Cs}]/u.test(value);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPositive(value: unknown): value is number {
  return isWhole(value) && value > 0;
}

function isFaultCode(value: unknown): value is PictureFaultCode {
  return typeof value === 'string' && Object.hasOwn(PICTURE_FAULTS, value);
}
