/** The name of the decoder that needs no library of the system: libheif in WebAssembly. */
export const WEBASSEMBLY = 'WebAssembly';
