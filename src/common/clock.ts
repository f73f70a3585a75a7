/** The only place that asks the time, so that tests and child processes under test can shift it. */
export abstract class Clock {
  abstract now(): Date;

  /** The current instant cut to whole seconds: the precision every provider keeps. */
  nowToTheSecond(): Date {
    return new Date(Math.floor(this.now().getTime() / 1000) * 1000);
  }
}

export class SystemClock extends Clock {
  constructor(private readonly offsetMilliseconds = 0) {
    super();
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
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
