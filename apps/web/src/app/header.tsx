import type { JSX } from 'preact';
import { IconButton } from '../components/icon-button.js';
import { Link } from '../components/link.js';
import { Icon, Mark } from '../icons/icons.js';
import { text } from '../text/en.js';
import { FileButton, UploadButton } from '../uploads/upload-button.js';
import { SearchBox } from './search-box.js';
import { useServices } from './services.js';

export function Header(): JSX.Element {
  const { router, session, toasts } = useServices();
  const { page } = router.route.value;
  const signOut = () =>
    void session
      .signOut()
      .then(() => toasts.show(text.toast.signedOut))
      .catch(() => toasts.show(text.app.fault('unreachable', ''), { tone: 'bad' }));
  return (
    <header class="header">
      <Link class="brand" href="/" aria-label={text.app.home}>
        <Mark />
        <span class="brand-name">{text.app.name}</span>
      </Link>
      <div class="header-search">{page !== 'status' && <SearchBox />}</div>
      <nav class="header-actions" aria-label={text.app.name}>
        <Link
          class="icon-button"
          href="/status"
          aria-label={text.app.status}
          title={text.app.status}
          aria-current={page === 'status' ? 'page' : undefined}
        >
          <Icon name="pulse" />
        </Link>
        {session.requiresToken.value && (
          <IconButton icon="leave" label={text.app.signOut} onClick={signOut} />
        )}
        <span class="on-touch">
          <FileButton class="icon-button camera-button" icon="camera" label={text.upload.camera} camera />
        </span>
        <UploadButton />
      </nav>
    </header>
  );
}
