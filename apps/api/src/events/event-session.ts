import type { Catalogue, CatalogueImage, Changes } from '@darkroom/catalogue';
import type { Principal } from '../access/principal.js';
import type { ProblemLogger } from '../http/problem.js';
import type { ImageLinks } from '../images/image-links.js';
import type { ChangeHub, ChangeSubscriber } from './change-hub.js';
import type { EventStream } from './event-stream.js';

export interface EventSessionParts {
  catalogue: Catalogue;
  hub: ChangeHub;
  links: ImageLinks;
  logger: ProblemLogger;
}

export interface EventScope {
  principal: Principal;
  imageId: string | undefined;
  /** `Last-Event-ID` of a client that resumes. */
  lastEventId: string | undefined;
}

/** The stream of one client: missed changes or a snapshot, then the changes of its owner, in order for each image. */
export class EventSession implements ChangeSubscriber {
  readonly #parts: EventSessionParts;
  readonly #stream: EventStream;
  readonly #scope: EventScope;
  /** Newest sent version of images near the position, which the feed may repeat; Infinity for deleted images. */
  readonly #sent = new Map<string, { version: number; xid: bigint }>();
  /** Sends changes in the order in which they arrive. */
  #queue: Promise<void> = Promise.resolve();
  #id = '0';

  constructor(parts: EventSessionParts, stream: EventStream, scope: EventScope) {
    this.#parts = parts;
    this.#stream = stream;
    this.#scope = scope;
  }

  /** Begins the stream. Changes that arrive meanwhile wait until the beginning has been sent. */
  async start(): Promise<void> {
    this.#stream.onClose(() => this.#parts.hub.unsubscribe(this));
    const begun = Promise.withResolvers<void>();
    this.#queue = begun.promise;
    try {
      await this.#parts.hub.subscribe(this);
      await this.#begin();
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'could not start an event stream');
      this.#stream.end();
    } finally {
      begun.resolve();
    }
  }

  async #begin(): Promise<void> {
    const { catalogue } = this.#parts;
    const { principal, imageId, lastEventId } = this.#scope;
    if (lastEventId !== undefined) {
      const scope =
        imageId === undefined ? { owner: principal.subject } : { owner: principal.subject, imageId };
      const missed = await catalogue.changes.since(lastEventId, scope);
      if (missed !== null) {
        this.#id = lastEventId;
        this.#stream.open();
        await this.#send(missed);
        this.#stream.position(this.#id);
        return;
      }
    }
    // The position first: a change between it and the snapshot is sent twice rather than never.
    this.#id = await catalogue.changes.position();
    this.#stream.open();
    if (lastEventId !== undefined) this.#stream.event('reset', {}, this.#id);
    const images = await catalogue.changes.snapshot(principal.subject, imageId);
    await this.#send({ images, deletions: [], next: this.#id });
    // Also without an event, so that a client that reconnects resumes here.
    this.#stream.position(this.#id);
  }

  changed(changes: Changes): void {
    this.#enqueue(() => this.#send(this.#unsent(changes)));
  }

  reset(position: string): void {
    this.#enqueue(async () => {
      this.#id = position;
      this.#stream.event('reset', {}, position);
    });
  }

  checkSession(): void {
    this.#enqueue(async () => {
      const { sessionId } = this.#scope.principal;
      if (sessionId !== undefined && (await this.#parts.catalogue.sessions.find(sessionId)) === null)
        this.#stream.end();
    });
  }

  heartbeat(): void {
    this.#stream.comment('still here');
    this.#stream.position(this.#id);
  }

  end(): void {
    this.#stream.end();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      // The client reconnects with its last id and gets the changes that it missed.
      this.#parts.logger.warn({ err: error }, 'an event stream failed');
      this.#stream.end();
    });
  }

  async #send(changes: Changes): Promise<void> {
    const images = changes.images.filter(
      (image) => this.#concerns(image.owner, image.id) && this.#isNew(image),
    );
    const deletions = changes.deletions.filter(
      ({ owner, id }) => this.#concerns(owner, id) && this.#sent.get(id)?.version !== Infinity,
    );
    const events = [
      ...(await this.#parts.links.toImages(images)).map((image) => ({
        name: 'image',
        data: image as object,
      })),
      ...deletions.map(({ id }) => ({ name: 'deleted', data: { id } as object })),
    ];
    // Everything before `next` has been sent only with the last event.
    for (const [index, { name, data }] of events.entries()) {
      this.#stream.event(name, data, index === events.length - 1 ? changes.next : this.#id);
    }
    for (const { id, deletedXid } of deletions)
      this.#sent.set(id, { version: Infinity, xid: BigInt(deletedXid) });
    this.#id = changes.next;
    this.#forgetBefore(BigInt(changes.next));
  }

  /** Leaves out changes before the stream's position: the hub may have read from an earlier one. */
  #unsent({ images, deletions, next }: Changes): Changes {
    const sent = BigInt(this.#id);
    return {
      images: images.filter(({ changedXid }) => BigInt(changedXid) >= sent),
      deletions: deletions.filter(({ deletedXid }) => BigInt(deletedXid) >= sent),
      next: BigInt(next) > sent ? next : this.#id,
    };
  }

  #concerns(owner: string, id: string): boolean {
    const { principal, imageId } = this.#scope;
    return owner === principal.subject && (imageId === undefined || imageId === id);
  }

  #isNew(image: CatalogueImage): boolean {
    if ((this.#sent.get(image.id)?.version ?? 0) >= image.version) return false;
    this.#sent.set(image.id, { version: image.version, xid: BigInt(image.changedXid) });
    return true;
  }

  #forgetBefore(position: bigint): void {
    for (const [id, { xid }] of this.#sent) if (xid < position) this.#sent.delete(id);
  }
}
