import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  defaultFormats,
  defaultRecipe,
  originalKey,
  originalPrefix,
  variantKey,
  variantPrefix,
} from '@darkroom/contracts';
import { isDarkroomError } from '@darkroom/errors';
import type { HeldJob } from '@darkroom/queue/testing';
import type { Outcome } from './fake-engine.js';
import { Gate } from './gate.js';
import { findViolation, type Shown, type UserRequest } from './picture-model.js';
import type { World } from './world.js';

const OWNER = 'ada';
const ALL_VARIANTS = defaultRecipe.sizes.length * defaultFormats.length;
/** Rounds after which a picture that has not settled never will. */
const ROUNDS = 40;

interface Known {
  id: string;
  shown: Shown;
  isExpired: boolean;
  isOriginalLost: boolean;
}

/** Work in flight: a job that a worker runs, or a run of the reconciler. */
interface Work {
  gate: Gate;
  job?: HeldJob;
}

/** How far an upload or a delete got before its api died. */
export type Reach = 'bytes' | 'row' | 'whole';

/** One sequence of events on a {@link World}. After each event, every picture is checked against its state machine. */
export class Run {
  readonly #world: World;
  readonly #pictures: Known[] = [];
  #atWork: Work[] = [];
  /** A decoder has failed, so a picture may lack a format. */
  #hasFailed = false;

  constructor(world: World) {
    this.#world = world;
  }

  get pictures(): number {
    return this.#pictures.length;
  }

  get atWork(): number {
    return this.#atWork.length;
  }

  async upload(reach: Reach): Promise<void> {
    const { platform, worker } = this.#world;
    const id = createImageId();
    const body = Readable.from([Buffer.from('a picture')]);
    const { bytes, sha256 } = await platform.storage.put(originalKey(id, 'image/jpeg'), body, {
      contentType: 'image/jpeg',
    });
    if (reach === 'bytes') return;
    await platform.catalogue.images.insert([
      {
        id,
        owner: OWNER,
        filename: `${id}.jpg`,
        contentType: 'image/jpeg',
        bytes,
        sha256,
        title: null,
        caption: null,
        tags: [],
        createdAt: new Date(),
        expiresIn: null,
      },
    ]);
    this.#pictures.push({
      id,
      shown: { status: 'queued', run: 1, variants: 0 },
      isExpired: false,
      isOriginalLost: false,
    });
    if (reach === 'whole') await worker.queue.enqueue('process-image', { imageId: id, run: 1 });
    await this.#checkPictures('none');
  }

  /** A worker fetches the next job and stops before its first call. */
  async take(): Promise<void> {
    const job = await this.#world.worker.take();
    if (job === undefined) return;
    await this.#begin(() => job.run(), job);
  }

  /** One piece of work makes its next call. */
  async step(index: number): Promise<void> {
    await this.#at(index, async ({ gate }) => gate.step());
  }

  /** One piece of work makes all its calls; its picture has this outcome in the decoder. */
  async finish(index: number, outcome: Outcome): Promise<void> {
    this.#world.engine.next = outcome;
    this.#hasFailed ||= outcome !== 'made';
    await this.#at(index, async ({ gate }) => gate.open());
    this.#world.engine.next = 'made';
  }

  /** The work's process dies between two calls. Its job returns when its lock has expired. */
  async crash(index: number): Promise<void> {
    await this.#at(index, async ({ gate, job }) => {
      gate.kill();
      await job?.expire();
    });
    this.#atWork = this.#atWork.filter((_, at) => at !== index % Math.max(1, this.#atWork.length));
  }

  /** The work loses its lock and continues, so another worker may run the same job. */
  async loseLock(index: number): Promise<void> {
    await this.#at(index, async ({ job }) => job?.expire());
  }

  async retry(index: number): Promise<void> {
    const picture = this.#picture(index);
    if (picture === undefined) return;
    const { platform, worker } = this.#world;
    const image = await refused(platform.catalogue.images.retry(OWNER, picture.id));
    if (image !== undefined)
      await worker.queue.enqueue('process-image', { imageId: picture.id, run: image.run });
    await this.#checkPictures('retry', picture);
  }

  /** @param reach - `row`: the api dies after deleting the row, before it has removed a byte */
  async delete(index: number, reach: Reach): Promise<void> {
    const picture = this.#picture(index);
    if (picture === undefined) return;
    const { catalogue, storage } = this.#world.platform;
    const isDeleted = await refused(catalogue.images.delete(OWNER, picture.id).then(() => true));
    if (isDeleted === true && reach !== 'row') {
      await storage.deletePrefix(originalPrefix(picture.id));
      await storage.deletePrefix(variantPrefix(picture.id));
    }
    if (isDeleted === true && reach === 'whole') await catalogue.processing.bytesRemoved(picture.id);
    await this.#checkPictures('delete', picture);
  }

  async expire(index: number): Promise<void> {
    const picture = this.#picture(index);
    if (picture === undefined) return;
    picture.isExpired = true;
    await this.#world.database.query(`update images set expires_at = now() where id = '${picture.id}'`);
    await this.#checkPictures('none');
  }

  /** The broker loses all jobs; workers continue with those in flight. */
  async loseJobs(): Promise<void> {
    await this.#world.worker.lose();
  }

  /** The reconciler starts, and stops before its first call. */
  async reconcile(): Promise<void> {
    await this.#world.age();
    await this.#begin(() => this.#world.reconcile());
  }

  /**
   * Runs the reconciler and kills it before one of its calls.
   *
   * @param calls - the number of calls that it makes first
   * @returns whether it had ended before
   */
  async reconcileUpTo(calls: number): Promise<boolean> {
    await this.#world.age();
    const gate = new Gate(() => this.#world.reconcile());
    await gate.settled();
    for (let call = 0; call < calls; call += 1) await gate.step();
    gate.kill();
    await this.#checkPictures('none');
    return gate.hasEnded;
  }

  /** Deletes an object behind the catalogue's back. @param which - index among the picture's objects, original first */
  async loseObject(index: number, which: number): Promise<void> {
    const picture = this.#picture(index);
    if (picture === undefined) return;
    const { id } = picture;
    picture.isOriginalLost ||= which === 0;
    const { catalogue, storage } = this.#world.platform;
    const { variants } = await catalogue.images.get(OWNER, id);
    const keys = variants.map(({ name, format }) => variantKey(id, name, defaultRecipe.version, format));
    await storage.delete([originalKey(id, 'image/jpeg'), ...keys][which] ?? '');
  }

  /** Lets everything settle without further crashes, and checks the result. */
  async settle(): Promise<void> {
    for (const { gate } of this.#atWork.splice(0)) await gate.open();
    for (let round = 1; !(await this.#isAtRest()); round += 1) {
      if (round > ROUNDS) throw new Error(`it does not settle: ${JSON.stringify(this.#pictures)}`);
      await this.#world.age();
      await this.#world.reconcile();
      await this.#world.worker.hurry();
      for (
        let job = await this.#world.worker.take();
        job !== undefined;
        job = await this.#world.worker.take()
      )
        await job.run();
      await this.#checkPictures('none');
    }
    await this.#world.age();
    await this.#world.reconcile();
    await this.drainQueue();
    await this.#expectOwned();
  }

  /** Kills all work in flight. */
  abandon(): void {
    for (const { gate } of this.#atWork.splice(0)) gate.kill();
  }

  /** Runs every waiting job. */
  async drainQueue(): Promise<void> {
    const { worker } = this.#world;
    for (let job = await worker.take(); job !== undefined; job = await worker.take()) await job.run();
    await this.#checkPictures('none');
  }

  /** The status of each picture, in the order of uploads. */
  statuses(): string[] {
    return this.#pictures.map(({ shown }) => (shown === 'gone' ? shown : shown.status));
  }

  async #begin(work: () => Promise<void>, job?: HeldJob): Promise<void> {
    const gate = new Gate(work);
    await gate.settled();
    this.#atWork.push(job === undefined ? { gate } : { gate, job });
    await this.#checkPictures('none');
  }

  async #at(index: number, work: (found: Work) => Promise<void>): Promise<void> {
    const found = this.#atWork[index % Math.max(1, this.#atWork.length)];
    if (found === undefined) return;
    await work(found);
    this.#atWork = this.#atWork.filter(({ gate }) => !gate.hasEnded);
    await this.#checkPictures('none');
  }

  #picture(index: number): Known | undefined {
    return this.#pictures[index % Math.max(1, this.#pictures.length)];
  }

  /** Checks every picture. @param requested - the picture of the request */
  async #checkPictures(request: UserRequest, requested?: Known): Promise<void> {
    const rows = await this.#world.database.query<{ id: string } & Exclude<Shown, 'gone'>>(
      `select i.id, i.status, i.run, (select count(*)::int from variants v where v.image_id = i.id) as variants from images i`,
    );
    const byId = new Map(rows.map(({ id, status, run, variants }) => [id, { status, run, variants }]));
    for (const picture of this.#pictures) {
      const after = byId.get(picture.id) ?? 'gone';
      const wrong = findViolation(picture.shown, after, {
        ...picture,
        request: picture === requested ? request : 'none',
      });
      if (wrong !== undefined) throw new Error(`picture ${this.#pictures.indexOf(picture)}: ${wrong}`);
      picture.shown = after;
    }
  }

  async #isAtRest(): Promise<boolean> {
    const [counts] = await this.#world.database.query<{ waiting: number }>(
      `select (select count(*) from images where status in ('queued', 'processing') or expires_at <= now())
         + (select count(*) from pending_formats)
         + (select count(*) from deletions where bytes_removed_at is null) as waiting`,
    );
    return Number(counts?.waiting) === 0;
  }

  /** Checks that storage holds exactly what the catalogue names. */
  async #expectOwned(): Promise<void> {
    const { catalogue, storage } = this.#world.platform;
    const named: string[] = [];
    for (const { id, shown, isOriginalLost } of this.#pictures) {
      if (shown === 'gone') continue;
      const { variants } = await catalogue.images.get(OWNER, id);
      if (shown.status === 'ready' && variants.length < ALL_VARIANTS && !this.#hasFailed)
        throw new Error(`a picture is ready with ${variants.length} of ${ALL_VARIANTS} variants`);
      if (!isOriginalLost) named.push(originalKey(id, 'image/jpeg'));
      named.push(...variants.map(({ name, format }) => variantKey(id, name, defaultRecipe.version, format)));
    }
    const stored: string[] = [];
    for await (const { key } of storage.list('')) stored.push(key);
    const lost = named.filter((key) => !stored.includes(key));
    const orphans = stored.filter((key) => !named.includes(key));
    if (lost.length + orphans.length > 0)
      throw new Error(`lost: ${lost.join(', ') || 'none'}; orphans: ${orphans.join(', ') || 'none'}`);
  }
}

/** Returns undefined where the api answers with 404 or 409, which are allowed outcomes. */
async function refused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isDarkroomError(error, 'not_found') || isDarkroomError(error, 'conflict')) return undefined;
    throw error;
  }
}

/** Creates a UUIDv7 (RFC 9562). */
function createImageId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
