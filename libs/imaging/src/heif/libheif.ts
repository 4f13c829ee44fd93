import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { webAssembly, type WasmImports, type WasmInstance } from '../web-assembly.js';

/**
 * The part of libheif's C interface that Darkroom uses (libheif 1.23, `heif.h`). The package's type file covers the
 * embind wrappers, whose `HeifDecoder` supports neither strict decoding nor limits, and logs its errors instead of
 * returning them.
 *
 * A pointer is a number. The first argument of functions that return `heif_error` is the address to write it to.
 */
export interface Libheif {
  /** A view of the current memory; growing the memory replaces it. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_get_security_limits(context: number): number;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    data: number,
    bytes: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_is_premultiplied_alpha(handle: number): number;
  _heif_decoding_options_alloc(): number;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colorspace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_bits_per_pixel_range(image: number, channel: number): number;
  _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
}

type Factory = (options: {
  instantiateWasm: (
    imports: WasmImports,
    receive: (instance: WasmInstance) => WasmInstance['exports'],
  ) => WasmInstance['exports'];
  print: (text: string) => void;
  printErr: (text: string) => void;
}) => Libheif;

let load: (() => Libheif) | undefined;

/**
 * Creates a libheif with separate memory, in about 10 ms; the compiled code is shared. Use one for each picture:
 * WebAssembly memory never shrinks, and memory in which a hostile picture has trapped cannot be trusted again.
 *
 * Loaded at the first HEIC, because compiling costs 50 ms and 10 MB at every other start.
 */
export function createLibheif(): Libheif {
  load ??= prepare();
  return load();
}

function prepare(): () => Libheif {
  const require = createRequire(import.meta.url);
  const module = new webAssembly.Module(
    readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm')),
  );
  // The package's entry points read the file from the working directory or contain it as base64.
  const factory = require('libheif-js/libheif-wasm/libheif.js') as Factory;
  return () =>
    factory({
      instantiateWasm: (imports, receive) => receive(new webAssembly.Instance(module, imports)),
      print: () => undefined,
      printErr: () => undefined,
    });
}
