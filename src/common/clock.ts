/** The only place that asks the time, so that tests and child processes under test can shift it. */
export abstract class Clock {
  abstract now(): Date;

  /** The current instant cut to whole seconds: the precision every provider keeps. */
  nowToTheSecond(): Date {
    return new Date(Math.floor(this.now().getTime() / 1000) * 1000);
  }
}

/** How a clock under test differs from the system's. */
export interface ClockShift {
  /** Added to every reading. */
  offsetMilliseconds?: number;
  /** From that instant on its time passes so many times faster. */
  fasterSince?: { at: number; speed: number };
}

export class SystemClock extends Clock {
  constructor(private readonly shift: ClockShift = {}) {
    super();
  }

  now(): Date {
    const { offsetMilliseconds = 0, fasterSince } = this.shift;
    const now = Date.now();
    const ahead = fasterSince === undefined ? 0 : (now - fasterSince.at) * (fasterSince.speed - 1);
    return new Date(now + ahead + offsetMilliseconds);
  }
}

/** Stands still until told otherwise. */
export class FixedClock extends Clock {
  constructor(private current: Date) {
    super();
  }

  now(): Date {
    return new Date(this.current);
  }

  set(instant: Date): void {
    this.current = new Date(instant);
  }

  advance(milliseconds: number): void {
    this.current = new Date(this.current.getTime() + milliseconds);
  }
}
