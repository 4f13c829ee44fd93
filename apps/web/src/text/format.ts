import { formatBytes as formatBytesIn } from '@darkroom/errors';

/** Numbers and dates follow the browser's locale, which `undefined` stands for in Intl. */
const LOCALE: string | undefined = undefined;

const number = new Intl.NumberFormat(LOCALE);
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const moments = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const time = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const list = new Intl.ListFormat(LOCALE, { type: 'conjunction' });

export function formatNumber(value: number): string {
  return number.format(value);
}

/** @param share - from 0 to 1 */
export function formatPercent(share: number): string {
  return percent.format(share);
}

/** Writes a size in the units of the whole page and of the api's sentences: 1 kB is 1,024 bytes. */
export function formatBytes(bytes: number): string {
  return formatBytesIn(bytes, LOCALE ?? []);
}

/** @param bytesPerSecond - speed of an upload */
export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A day as a heading: `Today`, `Yesterday`, a date with its weekday, or a date with its year for other years. */
export function formatDay(date: Date, now: Date): string {
  const days = daysBetween(date, now);
  if (days === 0 || days === 1) return capital(relative.format(-days, 'day'));
  return capital(date.getFullYear() === now.getFullYear() ? day.format(date) : dayOfYear.format(date));
}

/** A key for a local day. */
export function dayKey(date: Date): string {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export function formatMoment(date: Date): string {
  return moment.format(date);
}

/** A time of day with seconds. */
export function formatClock(date: Date): string {
  return clock.format(date);
}

/** A time of day without seconds. */
export function formatTime(date: Date): string {
  return time.format(date);
}

/**
 * When a picture was taken, by the camera's clock. It is not converted to another time zone.
 *
 * @param takenAt - the value of `Image.facts.takenAt`
 */
export function formatTakenAt(takenAt: string): string {
  const wall = takenAt.slice(0, 19);
  return moments.format(new Date(`${wall}Z`));
}

/** The distance to a time in its largest unit: `in 3 days`. */
export function formatDistance(date: Date, now: Date): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(Math.round(seconds), 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (size < 60 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
  return size < 700 * 86_400
    ? relative.format(Math.round(seconds / (30 * 86_400)), 'month')
    : relative.format(Math.round(seconds / (365 * 86_400)), 'year');
}

export function formatList(items: readonly string[]): string {
  return list.format(items);
}

function daysBetween(date: Date, now: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  // Rounded, because a day with a clock change has 23 or 25 hours.
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase(LOCALE) + words.slice(1);
}
