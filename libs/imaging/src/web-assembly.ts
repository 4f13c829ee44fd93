/** A compiled module and an instance of it; opaque to us. */
export type WasmModule = object;
export type WasmImports = Record<string, Record<string, unknown>>;
export type WasmInstance = { readonly exports: Record<string, unknown> };

interface WasmApi {
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
  RuntimeError: new (message?: string) => Error;
}

/** Node's own. TypeScript declares it among the types of browsers alone, which this project leaves out. */
export const webAssembly = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
