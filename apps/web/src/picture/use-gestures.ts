import type { Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { DOUBLE_CLICK_SCALE, FIT, type Point, swipeOf, type Zoom, zoomAt } from './zoom.js';

export interface GestureParts {
  readonly element: { current: HTMLElement | null };
  readonly zoom: Signal<Zoom>;
  readonly set: (zoom: Zoom) => void;
  readonly onStart: () => void;
  readonly onEnd: () => void;
  readonly onClose: () => void;
}

interface Hold {
  /** Positions of the fingers or the mouse, by pointer id. */
  readonly points: Map<number, Point>;
  /** Where the first pointer started, and how far it has moved. */
  from: Point;
  moved: Point;
  /** Pixels between two fingers at the last move event. */
  apart: number;
}

/** Wheel, double click, drag, pinch and swipe on a picture. */
export function useGestures(parts: GestureParts) {
  const { element, zoom, set } = parts;
  const hold = useRef<Hold>({ points: new Map(), from: { x: 0, y: 0 }, moved: { x: 0, y: 0 }, apart: 0 });
  useWheel(parts);
  useKeys(parts);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as HTMLElement).closest('button') !== null) return;
    const { points } = hold.current;
    element.current?.setPointerCapture(event.pointerId);
    points.set(event.pointerId, pointOf(event));
    hold.current.apart = apart(points);
    if (points.size === 1) Object.assign(hold.current, { from: pointOf(event), moved: { x: 0, y: 0 } });
  };
  const onPointerMove = (event: PointerEvent) => {
    const { points } = hold.current;
    const before = points.get(event.pointerId);
    if (before === undefined) return;
    const point = pointOf(event);
    points.set(event.pointerId, point);
    if (points.size === 2) pinch(hold.current, parts);
    else if (zoom.value.scale > 1) {
      set({
        scale: zoom.value.scale,
        x: zoom.value.x + point.x - before.x,
        y: zoom.value.y + point.y - before.y,
      });
    } else {
      const { from } = hold.current;
      hold.current.moved = { x: point.x - from.x, y: point.y - from.y };
      // The picture follows the finger beyond the edge of the stage.
      if (event.pointerType !== 'mouse') zoom.value = { scale: 1, x: hold.current.moved.x, y: 0 };
    }
  };
  const onPointerUp = (event: PointerEvent) => {
    const { points, moved } = hold.current;
    if (!points.delete(event.pointerId) || points.size > 0 || zoom.value.scale > 1) return;
    zoom.value = FIT;
    hold.current.moved = { x: 0, y: 0 };
    if (event.pointerType !== 'mouse') swipe(moved, parts);
  };
  const onDblClick = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest('button') !== null) return;
    set(
      zoom.value.scale > 1
        ? FIT
        : zoomAt(zoom.value, DOUBLE_CLICK_SCALE, offsetFromCentre(event, element.current)),
    );
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onDblClick };
}

function pinch(hold: Hold, { element, zoom, set }: GestureParts): void {
  const now = apart(hold.points);
  const [one, other] = [...hold.points.values()];
  if (one === undefined || other === undefined || hold.apart === 0) return;
  const middle = { clientX: (one.x + other.x) / 2, clientY: (one.y + other.y) / 2 };
  set(zoomAt(zoom.value, now / hold.apart, offsetFromCentre(middle, element.current)));
  hold.apart = now;
  hold.moved = { x: 0, y: 0 };
}

function swipe(moved: Point, { onStart, onEnd, onClose }: GestureParts): void {
  const meant = swipeOf(moved);
  if (meant === 'close') onClose();
  if (meant === null || meant === 'close') return;
  // In a left-to-right page, a swipe to the right shows the previous picture.
  const back = (meant === 'start') === (document.documentElement.dir !== 'rtl');
  (back ? onStart : onEnd)();
}

/** The wheel zooms instead of scrolling. Only a listener that is not passive can prevent scrolling. */
function useWheel({ element, zoom, set }: GestureParts): void {
  const latest = useRef(set);
  latest.current = set;
  useEffect(() => {
    const stage = element.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0025));
      latest.current(zoomAt(zoom.value, factor, offsetFromCentre(event, stage)));
    };
    stage?.addEventListener('wheel', onWheel, { passive: false });
    return () => stage?.removeEventListener('wheel', onWheel);
  }, []);
}

/** The keys plus, minus and zero, wherever the focus is. */
function useKeys({ zoom, set }: GestureParts): void {
  const latest = useRef(set);
  latest.current = set;
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.ctrlKey ||
        event.metaKey ||
        (event.target as HTMLElement).closest('input, textarea, select') !== null
      )
        return;
      const middle = { x: 0, y: 0 };
      if (event.key === '+' || event.key === '=') latest.current(zoomAt(zoom.value, 1.5, middle));
      else if (event.key === '-') latest.current(zoomAt(zoom.value, 1 / 1.5, middle));
      else if (event.key === '0') latest.current(FIT);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

function pointOf({ clientX, clientY }: { clientX: number; clientY: number }): Point {
  return { x: clientX, y: clientY };
}

function offsetFromCentre(
  { clientX, clientY }: { clientX: number; clientY: number },
  stage: HTMLElement | null,
): Point {
  const box = stage?.getBoundingClientRect();
  if (box === undefined) return { x: 0, y: 0 };
  return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
}

function apart(points: ReadonlyMap<number, Point>): number {
  const [one, other] = [...points.values()];
  return one === undefined || other === undefined ? 0 : Math.hypot(one.x - other.x, one.y - other.y);
}
