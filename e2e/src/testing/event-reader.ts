import { EventEmitter, once } from 'node:events';
import { DeletedEvent, Image } from '@darkroom/contracts';

export interface ServerEvent {
  name: string;
  id: string;
  data: unknown;
}

/** Follows a stream of events as a browser does. After a broken connection it resumes from the last event. */
export class EventReader {
  /** The newest state of each picture. */
  readonly images = new Map<string, Image>();
  /** Every event in the order of arrival. */
  readonly events: ServerEvent[] = [];
  readonly deleted = new Set<string>();
  lastEventId: string | undefined;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #news = new EventEmitter();
  readonly #closing = new AbortController();
  #failure: unknown;

  private constructor(url: string, headers: Record<string, string>, lastEventId: string | undefined) {
    this.#url = url;
    this.#headers = headers;
    this.lastEventId = lastEventId;
    this.#news.setMaxListeners(0);
  }

  /** Opens a stream. Resolves when it is connected. */
  static async open(
    url: string,
    headers: Record<string, string> = {},
    lastEventId?: string,
  ): Promise<EventReader> {
    const reader = new EventReader(url, headers, lastEventId);
    const begun = await reader.#connect();
    void reader.#follow(begun);
    return reader;
  }

  /** The statuses of a picture in order, without repeats. */
  statuses(id: string): string[] {
    const all = this.events.flatMap(({ name, data }) => {
      if (name !== 'image') return [];
      const image = data as Image;
      return image.id === id ? [image.status] : [];
    });
    return all.filter((status, index) => status !== all[index - 1]);
  }

  /** Resolves as soon as the condition is met. The test's timeout is the only limit. */
  async until(condition: (reader: this) => boolean): Promise<void> {
    while (!condition(this)) {
      if (this.#failure !== undefined)
        throw new Error('The stream of events failed.', { cause: this.#failure });
      await once(this.#news, 'event');
    }
  }

  /** Resolves with a picture as soon as it meets the condition. */
  async image(id: string, condition: (image: Image) => boolean): Promise<Image> {
    const found = (): Image | undefined => {
      const image = this.images.get(id);
      return image !== undefined && condition(image) ? image : undefined;
    };
    await this.until(() => found() !== undefined);
    return found() as Image;
  }

  close(): void {
    this.#closing.abort();
  }

  async #connect(): Promise<ReadableStream<Uint8Array>> {
    const resume = this.lastEventId === undefined ? {} : { 'last-event-id': this.lastEventId };
    const answer = await fetch(this.#url, {
      headers: { ...this.#headers, ...resume },
      signal: this.#closing.signal,
    });
    if (!answer.ok || answer.body === null) throw new Error(`${this.#url} answered ${answer.status}`);
    return answer.body;
  }

  async #follow(first: ReadableStream<Uint8Array>): Promise<void> {
    let stream = first;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#read(stream);
      } catch (error) {
        if (error instanceof Unreadable) return this.#fail(error);
        // The connection broke; the next one resumes.
      }
      if (this.#closing.signal.aborted) return;
      try {
        stream = await this.#connect();
      } catch (error) {
        return this.#fail(error);
      }
    }
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#news.emit('event');
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const colon = line.indexOf(': ');
        return [line.slice(0, colon), line.slice(colon + 2)] as const;
      }),
    );
    const [name, id, data] = ['event', 'id', 'data'].map((field) => fields.get(field));
    if (name === undefined || id === undefined || data === undefined) return;
    this.#keep({ name, id, data: parse(name, data) });
  }

  #keep(event: ServerEvent): void {
    this.events.push(event);
    this.lastEventId = event.id;
    if (event.name === 'image') {
      const image = event.data as Image;
      this.images.set(image.id, image);
    } else if (event.name === 'deleted') {
      const { id } = event.data as DeletedEvent;
      this.deleted.add(id);
      this.images.delete(id);
    }
    this.#news.emit('event');
  }
}

/** An event that breaks the contract. */
class Unreadable extends Error {}

function parse(name: string, data: string): unknown {
  const value: unknown = JSON.parse(data);
  const schema = name === 'image' ? Image : name === 'deleted' ? DeletedEvent : undefined;
  if (schema === undefined) return value;
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new Unreadable(`The event "${name}" breaks the contract: ${parsed.error.message}`);
  return parsed.data;
}
