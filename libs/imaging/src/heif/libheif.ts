import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { webAssembly, type WasmImports, type WasmInstance } from '../web-assembly.js';

/**
 * What Darkroom uses of libheif's C interface (libheif 1.23, `heif.h`). Its own type file covers the embind wrappers,
 * whose `HeifDecoder` knows neither strict decoding nor limits and logs its errors in place of returning them.
 *
 * A pointer is a number. Functions that return `heif_error` take the place to write it to as their first argument.
 */
export interface Libheif {
  /** Of the memory as it is now; it is another one after the memory has grown. */
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
 * Makes a libheif with a memory of its own, in about 10 ms; the compiled code is shared. One for each picture: the
 * memory of a WebAssembly never shrinks, and one that a hostile picture has trapped in cannot be trusted again.
 *
 * Loaded at the first HEIC, because compiling costs every other start 50 ms and 10 MB.
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
  // The package's own entry points either read the file from the working directory or carry it as base64.
  const factory = require('libheif-js/libheif-wasm/libheif.js') as Factory;
  return () =>
    factory({
      instantiateWasm: (imports, receive) => receive(new webAssembly.Instance(module, imports)),
      print: () => undefined,
      printErr: () => undefined,
    });
}
