/** How a picture lies on its stage. */
export interface Zoom {
  /** 1 fits the stage. */
  readonly scale: number;
  /** Pixels by which the picture's middle lies beside the stage's. */
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const FIT: Zoom = { scale: 1, x: 0, y: 0 };
export const CLOSEST = 8;
/** Where a double click leads. */
export const CLOSER = 2.5;
/** A picture smaller than this is shown larger than it is, so that it can be seen at all. */
const SMALLEST_SIDE = 240;

/** The size at which a picture fits its stage: never larger than it is, unless it is tiny. */
export function fitInto(picture: Size, stage: Size): Size {
  const longest = Math.max(picture.width, picture.height);
  const enlarge = Math.max(1, SMALLEST_SIDE / longest);
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height, enlarge);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}

/**
 * Zooms so that what lies under a point stays there.
 *
 * @param point - from the stage's middle
 */
export function zoomAt(zoom: Zoom, factor: number, point: Point): Zoom {
  const scale = Math.min(CLOSEST, Math.max(1, zoom.scale * factor));
  const ratio = scale / zoom.scale;
  return { scale, x: point.x - (point.x - zoom.x) * ratio, y: point.y - (point.y - zoom.y) * ratio };
}

/**
 * Keeps a picture on its stage: no edge comes further in than the stage's own.
 *
 * @param picture - as it fits the stage
 */
export function keepOnStage(zoom: Zoom, picture: Size, stage: Size): Zoom {
  const room = (size: number, space: number) => Math.max(0, (size * zoom.scale - space) / 2);
  const clamp = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return {
    scale: zoom.scale,
    x: clamp(zoom.x, room(picture.width, stage.width)),
    y: clamp(zoom.y, room(picture.height, stage.height)),
  };
}

/** Pixels that a finger travels before it means another picture, or the way out. */
const SWIPE = 70;

/** What a finger meant that moved over a picture which fits its stage. */
export function swipeOf({ x, y }: Point): 'start' | 'end' | 'close' | null {
  if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y) * 1.5) return x > 0 ? 'start' : 'end';
  return y > SWIPE * 1.5 && y > Math.abs(x) * 1.5 ? 'close' : null;
}
