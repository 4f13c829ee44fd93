import { useRef } from 'preact/hooks';

/** Milliseconds that a finger rests on a card before it means picking. */
const RESTS = 450;
/** Pixels that it may tremble. */
const TREMBLES = 10;

/** Picking by finger: rest on a card. What follows the long press, a click or a menu, is swallowed. */
export function useLongPress(onLongPress: () => void) {
  const press = useRef({ timer: 0, x: 0, y: 0, done: false });
  const stop = () => clearTimeout(press.current.timer);
  return {
    /** Whether the click that comes now belongs to a long press. */
    swallows: () => press.current.done,
    handlers: {
      onPointerDown({ pointerType, clientX, clientY }: PointerEvent) {
        stop();
        press.current = { timer: 0, x: clientX, y: clientY, done: false };
        if (pointerType !== 'touch') return;
        const rest = () => {
          press.current.done = true;
          onLongPress();
        };
        press.current.timer = window.setTimeout(rest, RESTS);
      },
      onPointerMove({ clientX, clientY }: PointerEvent) {
        const { x, y } = press.current;
        if (Math.hypot(clientX - x, clientY - y) > TREMBLES) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      onContextMenu(event: Event) {
        if (press.current.timer !== 0) event.preventDefault();
      },
    },
  };
}
