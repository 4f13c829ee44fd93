import { ImageId } from '@darkroom/contracts';
import type { ObjectStorage } from '@darkroom/storage';

/** An object, and the picture that its key names. */
export interface PictureObject {
  id: string;
  key: string;
  modifiedAt: Date;
}

/** The objects below a prefix in the order of their pictures, each given once. Keys that are not of our making are passed over. */
export class ObjectsInOrder {
  readonly #objects: AsyncIterator<PictureObject>;
  #ahead: PictureObject | undefined;

  /**
   * @param prefix - `uploads/` or `variants/`
   * @param after - the picture behind which they begin; null: with the first
   */
  constructor(storage: ObjectStorage, prefix: string, after: string | null) {
    this.#objects = read(storage, prefix, after);
  }

  /** Those of pictures up to this one that have not been given yet. */
  async *upTo(id: string): AsyncGenerator<PictureObject> {
    for (;;) {
      const object = this.#ahead ?? (await this.#next());
      this.#ahead = object;
      if (object === undefined || object.id > id) return;
      this.#ahead = undefined;
      yield object;
    }
  }

  /** Lets go of a listing that is not read to its end. */
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
  // `0` stands right behind the slash: after every key of that picture, before those of the next.
  const options = after === null ? {} : { after: `${prefix}${after}0` };
  for await (const { key, modifiedAt } of storage.list(prefix, options)) {
    const id = pictureOf(key);
    if (id !== undefined) yield { id, key, modifiedAt };
  }
}

/** The id of the picture that a key names; undefined for one that is not of our making. */
export function pictureOf(key: string): string | undefined {
  const [folder = '', id] = key.split('/');
  return ['uploads', 'variants'].includes(folder) ? ImageId.safeParse(id).data : undefined;
}
