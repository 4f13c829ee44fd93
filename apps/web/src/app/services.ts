import type { Image } from '@darkroom/contracts';
import { effect, signal, untracked } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ApiClient } from '../api/client.js';
import { ImagesApi } from '../api/images-api.js';
import { LiveEvents } from '../api/live-events.js';
import { SessionApi } from '../api/session-api.js';
import { Announcer } from '../feedback/announcer.js';
import { Toasts } from '../feedback/toasts.js';
import { isSameFilter } from '../library/filter.js';
import { Library } from '../library/library.js';
import { LibraryActions } from '../library/library-actions.js';
import { PendingDeletes } from '../library/pending-deletes.js';
import { keepExisting, NOTHING_SELECTED } from '../library/selection.js';
import { Tags } from '../library/tags.js';
import { Session } from '../session/session.js';
import { text } from '../text/en.js';
import { Uploader } from '../uploads/uploader.js';
import { Router } from './router.js';

/** Creates everything that the components share. */
export function createServices() {
  const router = new Router();
  const toasts = new Toasts();
  const announcer = new Announcer();
  const client = new ApiClient(() => session.end());
  const images = new ImagesApi(client);
  const sessionApi = new SessionApi(client);
  const session: Session = new Session(sessionApi);
  const library = new Library(images, router.filter.value);
  const tags = new Tags(client);
  const selection = signal(NOTHING_SELECTED);
  const deletes = new PendingDeletes({
    api: images,
    toasts,
    onDeleted: (id) => library.apply({ type: 'deleted', id }),
  });
  const uploader = new Uploader({
    announcer,
    toasts,
    // A worker may be faster than the answer: an event about this picture is newer than the answer.
    onKept: (image, replacedId) => {
      if (library.arrivedAt(image.id) === null) library.applyNow({ type: 'image', image });
      if (replacedId !== null) finishReplacement({ deletes, router }, image.id, replacedId);
    },
  });
  const live = createLive({ library, tags, announcer, uploader, session });
  const actions = new LibraryActions({ api: images, library, deletes, toasts, selection });
  const services = {
    actions,
    tags,
    router,
    toasts,
    announcer,
    client,
    images,
    session,
    sessionApi,
    library,
    selection,
    deletes,
    uploader,
    live,
  };
  followSession(services);
  followFilter(services);
  followDeletions(services);
  void session.check();
  return services;
}

export type Services = ReturnType<typeof createServices>;

const ServicesContext = createContext<Services | null>(null);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('A component is rendered outside ServicesProvider.');
  return services;
}

type LiveParts = Pick<Services, 'library' | 'tags' | 'announcer' | 'uploader' | 'session'>;

function createLive({ library, tags, announcer, uploader, session }: LiveParts): LiveEvents {
  return new LiveEvents({
    onImage: (image) => {
      announceOutcome(library, announcer, image);
      tags.notice(image.tags);
      library.apply({ type: 'image', image });
    },
    onDeleted: (id) => library.apply({ type: 'deleted', id }),
    onReset: () => void library.reload(),
    onReconnected: () => {
      announcer.say(text.connection.back);
      uploader.queue.retryNow();
      if (library.phase.peek() === 'failed') void library.retry();
    },
    onRefused: () => void session.check(),
  });
}

/** Deletes the failed picture that a new version replaces, and shows the new one if the failed one is open. */
function finishReplacement(
  { deletes, router }: Pick<Services, 'deletes' | 'router'>,
  id: string,
  replacedId: string,
): void {
  const route = router.route.peek();
  if (route.page === 'picture' && route.id === replacedId) router.replace(router.hrefOf(id));
  deletes.delete([replacedId], text.toast.replaced);
}

/** Removes deleted pictures from the selection. */
function followDeletions({ library, deletes, selection }: Services): void {
  effect(() => {
    const { images } = library.state.value;
    const hidden = deletes.hidden.value;
    selection.value = keepExisting(selection.peek(), (id) => images.has(id) && !hidden.has(id));
  });
}

/** Starts everything after signing in. Clears all pictures from the page after signing out. */
function followSession(services: Services): void {
  const { session, live, library, tags, router, uploader, sessionApi, selection } = services;
  const showAll = () => {
    if (session.state.peek() === 'signed-in') void library.show(router.filter.peek());
  };
  const signIn = () => {
    void live.start().then(showAll);
    uploader.queue.resume();
    void uploader.loadLimits(sessionApi);
    void tags.load();
  };
  const signOut = () => {
    live.stop();
    library.clear();
    tags.clear();
    selection.value = NOTHING_SELECTED;
  };
  effect(() => {
    const isIn = session.state.value === 'signed-in';
    untracked(isIn ? signIn : signOut);
  });
}

function followFilter({ session, library, router }: Services): void {
  effect(() => {
    const filter = router.filter.value;
    if (session.state.peek() !== 'signed-in') return;
    if (!isSameFilter(filter, library.wanted)) void library.show(filter);
  });
}

function announceOutcome(library: Library, announcer: Announcer, image: Image): void {
  const before = library.state.peek().images.get(image.id)?.status;
  if (before === undefined || before === image.status) return;
  if (image.status === 'ready') announcer.count('ready', text.announce.ready);
  if (image.status === 'failed' || image.status === 'quarantined') {
    announcer.say(text.announce.failed(image.title ?? image.filename));
  }
}
