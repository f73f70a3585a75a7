const PATTERN = /^P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{1,3})?)S)?)?$/;

/** `PT2H`, `PT1H30M`, `PT0S`: hours are not folded into days, because a day is not always 24 of them. */
export function toIsoDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds) / 1000;
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor((seconds % 3600) / 60), 'M'],
    [Math.round((seconds % 60) * 1000) / 1000, 'S'],
  ].filter(([count]) => count !== 0);
  return `PT${parts.length === 0 ? '0S' : parts.flat().join('')}`;
}

/**
 * The milliseconds of an ISO 8601 duration made of days (as 24 hours), hours, minutes and seconds. `null` for anything else:
 * months and years have no length of their own.
 */
export function fromIsoDuration(text: string): number | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000);
}
