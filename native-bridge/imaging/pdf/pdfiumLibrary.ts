// PDFium as WebAssembly, loaded once per worker, with the memory helpers its C interface asks for.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init } from '@embedpdf/pdfium';
import type { Methods } from '@embedpdf/pdfium';

/** What is used of the Emscripten runtime; the package's own types need ones that are not installed. */
interface Runtime {
  HEAPU8: Uint8Array;
  wasmExports: { malloc(size: number): number; free(pointer: number): void };
  addFunction(callback: (...values: number[]) => number | void, signature: string): number;
  setValue(pointer: number, value: number, type: 'i32'): void;
  getValue(pointer: number, type: 'i32' | 'float'): number;
}

export interface PdfiumLibrary {
  readonly functions: Methods;
  readonly runtime: Runtime;
  /** Bytes of PDFium's memory, of this moment: growing memory makes older views useless. */
  memory(pointer: number, length: number): Uint8Array;
  /** Throws RangeError when PDFium has no room left. The caller frees. */
  allocate(length: number): number;
  free(pointer: number): void;
  /** A C string of at most 255 bytes, as a font name in a PDF: UTF-8 where it is that, else Shift_JIS as old Japanese programs wrote. */
  readName(pointer: number): string;
}

const LONGEST_NAME = 255;

let library: Promise<PdfiumLibrary> | undefined;

export function pdfiumLibrary(): Promise<PdfiumLibrary> {
  library ??= load();
  return library;
}

async function load(): Promise<PdfiumLibrary> {
  const wasmPath = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm');
  const wasm = await readFile(wasmPath);
  const module = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  const runtime = module.pdfium as unknown as Runtime;
  module.PDFiumExt_Init();
  return {
    functions: module,
    runtime,
    memory: (pointer, length) => runtime.HEAPU8.subarray(pointer, pointer + length),
    allocate(length) {
      const pointer = runtime.wasmExports.malloc(length);
      if (pointer === 0) throw new RangeError(`memory allocation of ${length} bytes failed`);
      return pointer;
    },
    free: (pointer) => runtime.wasmExports.free(pointer),
    readName(pointer) {
      const bytes = runtime.HEAPU8.slice(pointer, pointer + LONGEST_NAME);
      const end = bytes.indexOf(0);
      return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
    },
  };
}

function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('shift_jis').decode(bytes);
  }
}
