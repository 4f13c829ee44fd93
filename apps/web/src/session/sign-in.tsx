import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiFault } from '../api/problem.js';
import { useServices } from '../app/services.js';
import { Mark } from '../icons/icons.js';
import { text } from '../text/en.js';

/** The sign-in form. */
export function SignIn(): JSX.Element {
  const { session } = useServices();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${text.signIn.title} · ${text.app.name}`;
    input.current?.focus();
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await session.signIn(input.current?.value ?? '');
    } catch (error) {
      setFault(sentenceOf(error));
      setBusy(false);
      input.current?.select();
    }
  };
  return (
    <main class="sign-in">
      <form class="sign-in-card" onSubmit={(event) => void submit(event)}>
        <Mark size={44} />
        <h1>{text.signIn.title}</h1>
        <p>{session.ended.value ? text.signIn.ended : text.signIn.lead}</p>
        <label for="token">{text.signIn.token}</label>
        <input
          ref={input}
          id="token"
          type="password"
          autocomplete="current-password"
          required
          maxLength={1000}
          aria-invalid={fault !== null}
          aria-describedby="token-hint token-fault"
        />
        <p id="token-hint" class="hint">
          {text.signIn.hint}
        </p>
        <p id="token-fault" class="fault" role="alert">
          {fault}
        </p>
        <button type="submit" class="button is-primary" disabled={busy}>
          {text.signIn.submit}
        </button>
      </form>
    </main>
  );
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiFault)) return text.app.fault('internal', '');
  return error.code === 'unauthorized' ? text.signIn.wrong : text.app.fault(error.code, error.message);
}
