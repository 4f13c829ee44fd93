import { ImageId } from '@darkroom/contracts';
import type { ObjectStorage } from '@darkroom/storage';

/** An object, with the id of the picture that its key names. */
export interface PictureObject {
  id: string;
  key: string;
  modifiedAt: Date;
}

/** Yields the objects below a prefix once, in the order of their pictures. Skips keys that Darkroom did not make. */
export class ObjectsInOrder {
  readonly #objects: AsyncIterator<PictureObject>;
  #ahead: PictureObject | undefined;

  /**
   * @param prefix - `uploads/` or `variants/`
   * @param after - the picture to start after; null: start with the first
   */
  constructor(storage: ObjectStorage, prefix: string, after: string | null) {
    this.#objects = read(storage, prefix, after);
  }

  /** Yields the remaining objects of pictures up to and including this one. */
  async *upTo(id: string): AsyncGenerator<PictureObject> {
    for (;;) {
      const object = this.#ahead ?? (await this.#next());
      this.#ahead = object;
      if (object === undefined || object.id > id) return;
      this.#ahead = undefined;
      yield object;
    }
  }

  /** Closes a listing that has not been read to its end. */
  async close(): Promise<void> {
    await this.#objects.return?.();
  }

  async #next(): Promise<PictureObject | undefined> {
    const next = await this.#objects.next();
    return next.done === true ? undefined : next.value;
  }
}

async function* read(
  storage: ObjectStorage,
  prefix: string,
  after: string | null,
): AsyncGenerator<PictureObject> {
  // `0` follows `/` in ASCII: this sorts after every key of that picture and before those of the next.
  const options = after === null ? {} : { after: `${prefix}${after}0` };
  for await (const { key, modifiedAt } of storage.list(prefix, options)) {
    const id = pictureOf(key);
    if (id !== undefined) yield { id, key, modifiedAt };
  }
}

/** Returns the id of the picture that a key names; undefined for a key that Darkroom did not make. */
export function pictureOf(key: string): string | undefined {
  const [folder = '', id] = key.split('/');
  return ['uploads', 'variants'].includes(folder) ? ImageId.safeParse(id).data : undefined;
}
