/** Moves the focus to the open dialog or to the page's content, because the focused element is about to disappear. */
export function focusPage(): void {
  const place = document.querySelector<HTMLElement>('[role=dialog]') ?? document.getElementById('main');
  place?.focus({ preventScroll: true });
}
