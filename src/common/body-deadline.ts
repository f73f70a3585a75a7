/** Ends a request whose body does not arrive in time. */
export class BodyDeadline {
  private timer: NodeJS.Timeout;

  /** @param cutOff what to do when it does not */
  constructor(
    milliseconds: number,
    private readonly cutOff: () => void,
  ) {
    this.timer = setTimeout(cutOff, milliseconds).unref();
  }

  /** From now on there are that many milliseconds. For a caller who may send something long: after each piece of it. */
  extend(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.cutOff, milliseconds).unref();
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Only while there is a body to wait for. */
    bodyDeadline?: BodyDeadline;
  }
}
