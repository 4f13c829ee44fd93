import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Link } from '../components/link.js';
import { Notice } from '../components/notice.js';
import { Announcements } from '../feedback/announcements.js';
import { ConnectionBanner } from '../feedback/connection-banner.js';
import { ToastList } from '../feedback/toast-list.js';
import { GalleryPage } from '../grid/gallery-page.js';
import { PictureView } from '../picture/picture-view.js';
import { SignIn } from '../session/sign-in.js';
import { StatusPage } from '../status/status-page.js';
import { text } from '../text/en.js';
import { DropZone } from '../uploads/drop-zone.js';
import { UploadTray } from '../uploads/upload-tray.js';
import { Header } from './header.js';
import { useServices } from './services.js';

/** The whole page: the sign-in form, or the page of the current address. */
export function App(): JSX.Element {
  const { session } = useServices();
  const state = session.state.value;
  return (
    <>
      {state === 'signed-out' && <SignIn />}
      {state === 'signed-in' && <SignedIn />}
      {state === 'unreachable' && <Unreachable />}
      <ToastList />
      <Announcements />
    </>
  );
}

function SignedIn(): JSX.Element {
  const { router } = useServices();
  const route = router.route.value;
  const viewed = route.page === 'picture' ? route.id : null;
  useEffect(() => {
    // The picture view sets its own title.
    if (route.page === 'picture') return;
    document.title = route.page === 'status' ? `${text.operations.title} · ${text.app.name}` : text.app.name;
  }, [route.page]);
  return (
    <>
      {/* A picture covers the gallery, which keeps its scroll position. */}
      <div class="page" inert={viewed !== null}>
        <a class="skip" href="#main">
          {text.app.skip}
        </a>
        <Header />
        <ConnectionBanner />
        {(route.page === 'gallery' || viewed !== null) && <GalleryPage />}
        {route.page === 'status' && <StatusPage />}
        {route.page === 'not-found' && <NotFound />}
      </div>
      {viewed !== null && <PictureView id={viewed} />}
      <UploadTray />
      <DropZone />
    </>
  );
}

function NotFound(): JSX.Element {
  return (
    <main id="main" class="main" tabIndex={-1}>
      <Notice icon="picture" title={text.app.notFound}>
        <Link class="button" href="/">
          {text.app.toGallery}
        </Link>
      </Notice>
    </main>
  );
}

function Unreachable(): JSX.Element {
  const { session } = useServices();
  return (
    <main class="main">
      <Notice icon="offline" title={text.gallery.failedTitle} lead={text.app.fault('unreachable', '')} alert>
        <button type="button" class="button is-primary" onClick={() => void session.check()}>
          {text.app.tryAgain}
        </button>
      </Notice>
    </main>
  );
}
