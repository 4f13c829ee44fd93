/** Scale and position of a picture on the stage. */
export interface Zoom {
  /** 1 fits the stage. */
  readonly scale: number;
  /** Offset of the picture's centre from the stage's centre in pixels. */
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
export const MAX_SCALE = 8;
/** The scale after a double click. */
export const DOUBLE_CLICK_SCALE = 2.5;
/** Pixels. A picture whose longer side is shorter is enlarged to this size, so that it is visible. */
const SMALLEST_SIDE = 240;

/** The size at which a picture fits the stage. Only tiny pictures are enlarged. */
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
 * Zooms around a point, which stays in place.
 *
 * @param point - offset from the stage's centre
 */
export function zoomAt(zoom: Zoom, factor: number, point: Point): Zoom {
  const scale = Math.min(MAX_SCALE, Math.max(1, zoom.scale * factor));
  const ratio = scale / zoom.scale;
  return { scale, x: point.x - (point.x - zoom.x) * ratio, y: point.y - (point.y - zoom.y) * ratio };
}

/**
 * Limits the position, so that no edge of a zoomed picture moves inside the stage.
 *
 * @param picture - size at scale 1
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

/** Pixels that a finger must move to change or close the picture. */
const SWIPE = 70;

/** The action of a swipe over a picture at scale 1. */
export function swipeOf({ x, y }: Point): 'start' | 'end' | 'close' | null {
  if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y) * 1.5) return x > 0 ? 'start' : 'end';
  return y > SWIPE * 1.5 && y > Math.abs(x) * 1.5 ? 'close' : null;
}
