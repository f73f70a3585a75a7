/** "1 h 05 min", "12 min", "40 s": how long, as people say it. Rounded down to what is shown. */
export function spokenDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export interface SpokenEntry {
  description: string;
  startedAt: Date;
  endedAt: Date | null;
}

const nameOf = (entry: SpokenEntry): string => `*${entry.description === '' ? 'no description' : entry.description}*`;

export function startedSentence(entry: SpokenEntry, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return `Started ${nameOf(entry)} at ${clock.format(entry.startedAt)}`;
}

export function stoppedSentence(entries: readonly SpokenEntry[]): string {
  return entries
    .map((entry) => {
      const seconds = ((entry.endedAt ?? entry.startedAt).getTime() - entry.startedAt.getTime()) / 1000;
      return `Stopped ${nameOf(entry)} after ${spokenDuration(seconds)}`;
    })
    .join('; ');
}
