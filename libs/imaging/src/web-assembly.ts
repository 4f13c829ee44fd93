/** A compiled module and its instance; opaque here. */
export type WasmModule = object;
export type WasmImports = Record<string, Record<string, unknown>>;
export type WasmInstance = { readonly exports: Record<string, unknown> };

interface WasmApi {
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
  RuntimeError: new (message?: string) => Error;
}

/** Node's WebAssembly. TypeScript declares it only among the browser types, which this project leaves out. */
export const webAssembly = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
