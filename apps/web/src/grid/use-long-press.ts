import { useRef } from 'preact/hooks';

/** Milliseconds that a finger rests on a card to select it. */
const LONG_PRESS = 450;
/** Pixels that the finger may move meanwhile. */
const MAX_MOVE = 10;

/** Selects by long press. Suppresses the click or the context menu that follows it. */
export function useLongPress(onLongPress: () => void) {
  const press = useRef({ timer: 0, x: 0, y: 0, done: false });
  const stop = () => clearTimeout(press.current.timer);
  return {
    /** Whether the current click belongs to a long press. */
    suppressesClick: () => press.current.done,
    handlers: {
      onPointerDown({ pointerType, clientX, clientY }: PointerEvent) {
        stop();
        press.current = { timer: 0, x: clientX, y: clientY, done: false };
        if (pointerType !== 'touch') return;
        const rest = () => {
          press.current.done = true;
          onLongPress();
        };
        press.current.timer = window.setTimeout(rest, LONG_PRESS);
      },
      onPointerMove({ clientX, clientY }: PointerEvent) {
        const { x, y } = press.current;
        if (Math.hypot(clientX - x, clientY - y) > MAX_MOVE) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      onContextMenu(event: Event) {
        if (press.current.timer !== 0) event.preventDefault();
      },
    },
  };
}
