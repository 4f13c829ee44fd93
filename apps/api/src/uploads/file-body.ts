/** Bytes of a piece: few pieces, because each costs several promises and a write. */
export const PIECE_BYTES = 512 * 1024;
/** Free buffers that the process keeps: memory outside the heap makes V8 collect garbage. */
const MAX_FREE = 8;

const free: Buffer[] = [];

/**
 * The bytes of one file between the connection and storage, gathered into large pieces. One piece is written
 * while the next one is filled; then the connection has to wait.
 */
export class FileBody {
  readonly #size: number;
  readonly #onTaken: () => void;
  /** Full pieces that wait for the reader. */
  readonly #full: Buffer[] = [];
  #filling: Buffer | undefined;
  #filled = 0;
  /** The buffer of the piece that the reader has. */
  #lent: Buffer | undefined;
  #hasEnded = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /**
   * @param length - bytes of the whole request, if announced: a piece is never larger
   * @param onTaken - called when the reader has taken a piece
   */
  constructor(length: number | undefined, onTaken: () => void) {
    this.#size = Math.min(PIECE_BYTES, Math.max(1, length ?? PIECE_BYTES));
    this.#onTaken = onTaken;
  }

  /** Whether the reader is busy with a piece while its next one is full. */
  get isAhead(): boolean {
    return this.#lent !== undefined && this.#full.length > 0;
  }

  /** Bytes in pieces that wait for the reader. */
  get waiting(): number {
    return this.#full.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Adds a copy of these bytes. */
  push(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      this.#filling ??= this.#take();
      const copied = bytes.copy(this.#filling, this.#filled, from);
      from += copied;
      this.#filled += copied;
      if (this.#filled === this.#size) this.#closePiece();
    }
    this.#wake?.();
  }

  /** All bytes have been added. */
  end(): void {
    if (this.#filled > 0) this.#closePiece();
    this.#hasEnded = true;
    this.#wake?.();
  }

  /** Lets the reader fail, unless all bytes have been added. */
  fail(error: Error): void {
    if (!this.#hasEnded) this.#error = error;
    this.#wake?.();
  }

  /** The first bytes; fewer if the file is shorter. They are valid until the first {@link next}. */
  async head(size: number): Promise<Buffer> {
    const wanted = Math.min(size, this.#size);
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const [first = this.#filling?.subarray(0, this.#filled) ?? Buffer.alloc(0)] = this.#full;
      if (first.length >= wanted || this.#hasEnded) return first.subarray(0, size);
      await this.#more();
    }
  }

  /**
   * The next piece, which is valid until the next call.
   *
   * @returns `undefined` at the end
   */
  async next(): Promise<Buffer | undefined> {
    this.#giveBack();
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const piece = this.#full.shift();
      if (piece !== undefined) {
        this.#lent = piece;
        this.#onTaken();
        return piece;
      }
      if (this.#hasEnded) return undefined;
      await this.#more();
    }
  }

  #take(): Buffer {
    return (this.#size === PIECE_BYTES ? free.pop() : undefined) ?? Buffer.allocUnsafeSlow(this.#size);
  }

  #closePiece(): void {
    if (this.#filling !== undefined) this.#full.push(this.#filling.subarray(0, this.#filled));
    this.#filling = undefined;
    this.#filled = 0;
  }

  #giveBack(): void {
    const buffer = this.#lent?.buffer;
    this.#lent = undefined;
    if (buffer?.byteLength === PIECE_BYTES && free.length < MAX_FREE) free.push(Buffer.from(buffer));
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
