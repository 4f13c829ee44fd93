import type { OperationsAnswer } from '@darkroom/contracts';
import { useEffect, useState } from 'preact/hooks';
import { OperationsApi } from '../api/operations-api.js';
import { ApiFault } from '../api/problem.js';
import { useServices } from '../app/services.js';

/** Milliseconds between two requests while the page is visible. */
const EVERY = 2_000;

export interface Operations {
  /** The last answer; null before the first. */
  readonly answer: OperationsAnswer | null;
  /** Why the last request failed; null if it succeeded. */
  readonly fault: ApiFault | null;
  /** Asks again at once. */
  readonly retry: () => void;
}

/** Polls the status while the page is visible. */
export function useOperations(): Operations {
  const { client } = useServices();
  const [answer, setAnswer] = useState<OperationsAnswer | null>(null);
  const [fault, setFault] = useState<ApiFault | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const api = new OperationsApi(client);
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        if (!document.hidden) {
          const latest = await api.get(controller.signal);
          setAnswer(latest);
          setFault(null);
        }
      } catch (error) {
        if (controller.signal.aborted) return;
        setFault(error instanceof ApiFault ? error : new ApiFault('internal', String(error)));
      }
      timer = setTimeout(() => void look(), EVERY);
    };
    const onVisible = () => {
      if (document.hidden) return;
      clearTimeout(timer);
      void look();
    };
    document.addEventListener('visibilitychange', onVisible);
    void look();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [client, round]);
  return { answer, fault, retry: () => setRound(round + 1) };
}
