import { createRequire } from 'node:module';
import type * as koffi from 'koffi';

/** An address of C; opaque here. */
export type Pointer = object | bigint | null;

/**
 * The part of libavcodec's interface that Darkroom uses. It is the same in every version from 58 (FFmpeg 4) to 62. A
 * function that returns a number returns an error below 0.
 */
export interface Libavcodec {
  /** For people: the library and its version. */
  readonly name: string;
  avcodec_find_decoder(codec: number): Pointer;
  avcodec_alloc_context3(codec: Pointer): Pointer;
  avcodec_open2(context: Pointer, codec: Pointer, options: null): number;
  avcodec_send_packet(context: Pointer, packet: Pointer): number;
  avcodec_receive_frame(context: Pointer, frame: Pointer): number;
  avcodec_free_context(context: [Pointer]): void;
  av_opt_set(context: Pointer, name: string, value: string, flags: number): number;
  av_packet_alloc(): Pointer;
  av_new_packet(packet: Pointer, bytes: number): number;
  av_packet_unref(packet: Pointer): void;
  av_packet_free(packet: [Pointer]): void;
  av_frame_alloc(): Pointer;
  av_frame_free(frame: [Pointer]): void;
  av_image_copy_plane(
    to: Uint8Array,
    toStride: number,
    from: Pointer,
    fromStride: number,
    width: number,
    height: number,
  ): void;
  /** Reads a number of 32 bits at an offset in bytes. */
  readInt(from: Pointer, offset: number): number;
  readPointer(from: Pointer, offset: number): Pointer;
  /** A view of memory of C, valid until C frees it. */
  view(from: Pointer, bytes: number): Uint8Array;
}

/** Major versions with the structures that `decode-tiles` reads; the newest first. */
const VERSIONS = [62, 61, 60, 59, 58];
const LOG_NOTHING = -8;

const FUNCTIONS = [
  'void *avcodec_find_decoder(int codec)',
  'void *avcodec_alloc_context3(void *codec)',
  'int avcodec_open2(void *context, void *codec, void *options)',
  'int avcodec_send_packet(void *context, void *packet)',
  'int avcodec_receive_frame(void *context, void *frame)',
  'void avcodec_free_context(_Inout_ void **context)',
  'int av_opt_set(void *context, const char *name, const char *value, int flags)',
  'void *av_packet_alloc()',
  'int av_new_packet(void *packet, int bytes)',
  'void av_packet_unref(void *packet)',
  'void av_packet_free(_Inout_ void **packet)',
  'void *av_frame_alloc()',
  'void av_frame_free(_Inout_ void **frame)',
  'void av_image_copy_plane(void *to, int to_stride, void *from, int from_stride, int width, int height)',
] as const;

let loaded: Libavcodec | null | undefined;

/**
 * Loads libavcodec, the library of FFmpeg, into this process, if the system has it. Loaded at the first HEIC: it and
 * its own libraries cost a tenth of a second.
 *
 * @returns null where it is not installed; the result of the first call
 */
export function loadLibavcodec(): Libavcodec | null {
  if (loaded === undefined) loaded = isKnownSystem() ? load() : null;
  return loaded;
}

/** The offsets in `decode-tiles` are those of 8-byte pointers. */
function isKnownSystem(): boolean {
  return process.platform === 'linux' && process.arch !== 'arm' && process.arch !== 'ia32';
}

function load(): Libavcodec | null {
  let c: typeof koffi;
  try {
    c = createRequire(import.meta.url)('koffi') as typeof koffi;
  } catch {
    // An optional part of the package has no build for this machine.
    return null;
  }
  for (const version of VERSIONS) {
    try {
      return bind(c, c.load(`libavcodec.so.${version}`));
    } catch {
      // This version is not installed, or lacks a function.
    }
  }
  return null;
}

function bind(c: typeof koffi, library: koffi.LibraryHandle): Libavcodec | null {
  const functions = Object.fromEntries(
    FUNCTIONS.map((declaration) => [/(\w+)\(/.exec(declaration)?.[1], library.func(declaration)]),
  ) as unknown as Omit<Libavcodec, 'name' | 'readInt' | 'readPointer' | 'view'>;
  library.func('void av_log_set_level(int level)')(LOG_NOTHING);
  const version = library.func('unsigned int avcodec_version()')() as number;
  return {
    ...functions,
    name: `libavcodec ${version >>> 16}.${(version >>> 8) & 255}.${version & 255}`,
    readInt: (from, offset) => c.decode(from, offset, 'int32_t') as number,
    readPointer: (from, offset) => c.decode(from, offset, 'void *') as Pointer,
    view: (from, bytes) => new Uint8Array(c.view(from, bytes)),
  };
}
