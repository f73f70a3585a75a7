const BAR_CELLS = 50;

export interface Bar {
  start: number;
  end: number;
  /** What stands beside it. */
  text: string;
}

/** Where the demo writes: times of the day in one zone, and bars over the hours. */
export class Paper {
  private readonly minutes: Intl.DateTimeFormat;
  private readonly seconds: Intl.DateTimeFormat;

  constructor(readonly timeZone: string) {
    const parts = { timeZone, hour: '2-digit', minute: '2-digit' } as const;
    this.minutes = new Intl.DateTimeFormat('en-GB', parts);
    this.seconds = new Intl.DateTimeFormat('en-GB', { ...parts, second: '2-digit' });
  }

  line(text: string): void {
    console.log(text);
  }

  title(text: string): void {
    console.log(`\n${text}\n`);
  }

  /** What somebody does, at the very moment. */
  happens(text: string): void {
    console.log(`${this.seconds.format(new Date())}  ${text}`);
  }

  answers(text: string): void {
    console.log(`            → ${text}`);
  }

  /** `09:05`; unix seconds. */
  clock(instant: number): string {
    return this.minutes.format(instant * 1000);
  }

  /** `09:05–10:20`; unix seconds. */
  span(start: number, end: number | null): string {
    return `${this.clock(start)}–${end === null ? 'now' : this.clock(end)}`;
  }

  /** One bar per line, all on one scale. */
  bars(bars: readonly Bar[]): void {
    const first = Math.min(...bars.map(({ start }) => start));
    const last = Math.max(...bars.map(({ end }) => end));
    const cell = (last - first) / BAR_CELLS || 1;
    for (const { start, end, text } of bars) {
      const from = Math.min(BAR_CELLS - 1, Math.floor((start - first) / cell));
      // Rounded down, so that what follows without a gap does not look as if it overlapped.
      const length = Math.max(1, Math.min(BAR_CELLS, Math.floor((end - first) / cell)) - from);
      const bar = `${'.'.repeat(from)}${'#'.repeat(length)}`.padEnd(BAR_CELLS, '.');
      console.log(`  ${this.span(start, end)} |${bar}| ${text}`);
    }
  }
}
