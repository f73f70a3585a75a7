/** `2026-03-02 09:00:00` on a clock that many seconds east of UTC. Never fails: a letter must not undo what it tells about. */
export function clockText(instant: Date, offsetSeconds: number): string {
  const shown = new Date(instant.getTime() + offsetSeconds * 1000);
  return Number.isNaN(shown.getTime())
    ? '?'
    : shown
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, '');
}

/** `26:03:09`, whole seconds; a length may be negative while it is wrong. */
export function lengthText(seconds: number): string {
  const whole = Math.trunc(Math.abs(seconds));
  const [hours, minutes, rest] = [Math.trunc(whole / 3600), Math.trunc(whole / 60) % 60, whole % 60];
  return `${seconds <= -1 ? '-' : ''}${[hours, minutes, rest].map((part) => String(part).padStart(2, '0')).join(':')}`;
}
