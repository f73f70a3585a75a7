const DAY = 86_400_000;

/** Days counted from 1970-01-01, so that the next one is the number plus one. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;

/** The day of that number, as `YYYY-MM-DD`. */
export const dayText = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10);

/** Whether the text is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const number = dayNumber(text);
  return !Number.isNaN(number) && dayText(number) === text;
}
