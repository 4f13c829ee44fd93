import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Catalogue, CatalogueVariant } from '@darkroom/catalogue';
import { Latencies } from '../load/latencies.js';
import { LARGE_OWNER, tagAt, wordAt } from './vocabulary.js';

const SIZES = [
  ['thumbnail', 150],
  ['small', 320],
  ['medium', 800],
  ['large', 1_600],
] as const;
const FACTS = {
  width: 4_032,
  height: 3_024,
  thumbhash: 'DVgGDwIoh3iPd3dwd4eIh5iAeAiH',
  takenAt: null,
  camera: 'Camera 7',
  colourProfile: null,
  frames: 1,
  dominantColour: '#10a0ff',
};

/** Pictures that arrive at a constant rate, each through the catalogue's own calls: insert, start, complete, WebP. */
export class Arrivals {
  /** Milliseconds of the insert, which an upload waits for. */
  inserts = new Latencies();
  /** Milliseconds from the insert's call to `ready`. */
  wholes = new Latencies();
  /** Called when a picture has become ready. */
  onReady: (id: string) => void = () => undefined;
  readonly #catalogue: Catalogue;
  readonly #perSecond: number;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #begun = 0;
  #fault: Error | undefined;

  /** @param nextOwner - chooses the owner of the next picture */
  constructor(
    catalogue: Catalogue,
    perSecond: number,
    private readonly nextOwner: () => string = randomOwner,
  ) {
    this.#catalogue = catalogue;
    this.#perSecond = perSecond;
    this.#timer = setInterval(() => this.#catchUp(), 10);
  }

  /** Pictures that are ready so far. */
  get count(): number {
    return this.wholes.count;
  }

  /** Begins new measurements; the pictures continue to arrive. */
  resetLatencies(): void {
    this.inserts = new Latencies();
    this.wholes = new Latencies();
  }

  /** Ends after the pictures in flight. @throws the first error of an arrival */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#inFlight);
    if (this.#fault !== undefined) throw this.#fault;
  }

  #catchUp(): void {
    const due = ((performance.now() - this.#started) / 1_000) * this.#perSecond;
    for (; this.#begun < due; this.#begun += 1) {
      const arrival = this.#arrive()
        .catch((error: unknown) => {
          this.#fault ??= error instanceof Error ? error : new Error(String(error));
        })
        .finally(() => this.#inFlight.delete(arrival));
      this.#inFlight.add(arrival);
    }
  }

  async #arrive(): Promise<void> {
    const { images, processing } = this.#catalogue;
    const image = newImage(this.nextOwner());
    const begun = performance.now();
    await images.insert([image]);
    this.inserts.add(performance.now() - begun);
    await processing.start(image.id, 1);
    await processing.complete(image.id, 1, FACTS, variantsOf('jpeg'), ['webp']);
    this.wholes.add(performance.now() - begun);
    this.onReady(image.id);
    // The other formats follow in a separate job.
    await pause(200);
    await processing.addVariants(image.id, 1, variantsOf('webp'));
  }
}

function variantsOf(format: 'jpeg' | 'webp'): CatalogueVariant[] {
  return SIZES.map(([name, width]) => ({
    name,
    format,
    recipeVersion: 1,
    width,
    height: Math.round((width * 3) / 4),
    bytes: width * 100,
  }));
}

function newImage(owner: string) {
  const words = Array.from({ length: 2 + randomInt(14) }, () => wordAt(place(50_000)));
  const createdAt = new Date();
  return {
    id: uuidOf(createdAt),
    owner,
    filename: `IMG_${randomInt(10_000)}.jpg`,
    contentType: 'image/jpeg' as const,
    bytes: 1_000_000,
    sha256: randomBytes(32).toString('hex'),
    title: words.slice(0, 3).join(' '),
    caption: words.slice(3).join(' ') || null,
    tags: [...new Set(Array.from({ length: randomInt(4) }, () => tagAt(place(3_000))))],
    createdAt,
    expiresIn: null,
  };
}

/** A UUIDv7 of this time. */
function uuidOf(time: Date): string {
  const stamp = time.getTime().toString(16).padStart(12, '0');
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${randomUUID().slice(15)}`;
}

const place = (count: number): number => Math.floor(count ** Math.random());
const randomOwner = (): string => (Math.random() < 0.1 ? LARGE_OWNER : `owner-${place(100_000)}`);
