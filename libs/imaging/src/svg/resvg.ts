import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { webAssembly, type WasmModule } from '../web-assembly.js';

/** The part of resvg's interface that Darkroom uses (`@resvg/resvg-wasm` 2.6). Its own types need those of browsers. */
export interface Resvg {
  /** Parses an SVG. Throws an `Error` for an SVG that it refuses, and a `RuntimeError` when it gives up. */
  new (svg: string, options: ResvgOptions): ResvgDocument;
}

export interface ResvgOptions {
  fitTo: { mode: 'width' | 'height'; value: number };
  font: {
    fontBuffers: readonly Uint8Array[];
    defaultFontFamily: string;
    serifFamily: string;
    sansSerifFamily: string;
    cursiveFamily: string;
    fantasyFamily: string;
    monospaceFamily: string;
  };
}

export interface ResvgDocument {
  /** Pixels of the SVG's own size, rounded. */
  readonly width: number;
  readonly height: number;
  render(): {
    readonly width: number;
    readonly height: number;
    /** RGBA; the colours are multiplied by alpha. */
    readonly pixels: Uint8Array;
  };
  /** The document as an SVG that begins with its own size. */
  toString(): string;
}

interface Package {
  Resvg: Resvg;
  initWasm: (module: WasmModule) => Promise<void>;
}

/** The only fonts: those of the machine differ from one to the next. Their licence is in the package. */
const FONT_FAMILY = 'DejaVu Sans';

const require = createRequire(import.meta.url);
let loaded: { module: WasmModule; font: ResvgOptions['font'] } | undefined;

/**
 * Creates a resvg with separate memory, in about 2 ms; the compiled code is shared. Use one for each picture:
 * WebAssembly memory never shrinks, and memory in which a hostile picture has trapped cannot be trusted again.
 *
 * Loaded at the first SVG, because it takes 30 ms and 15 MB. It has no network and no files: WebAssembly does not
 * reach them, and Darkroom ignores the list of external images that it would like to get.
 */
export async function createResvg(): Promise<{ Resvg: Resvg; font: ResvgOptions['font'] }> {
  loaded ??= load();
  // The package keeps one instance for good: load its small JavaScript file again.
  const path = require.resolve('@resvg/resvg-wasm');
  const { Resvg, initWasm } = require(path) as Package;
  delete require.cache[path];
  await initWasm(loaded.module);
  return { Resvg, font: loaded.font };
}

function load() {
  return {
    module: new webAssembly.Module(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm'))),
    font: {
      fontBuffers: [
        readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
        readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
      ],
      defaultFontFamily: FONT_FAMILY,
      serifFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
      cursiveFamily: FONT_FAMILY,
      fantasyFamily: FONT_FAMILY,
      monospaceFamily: FONT_FAMILY,
    },
  };
}
