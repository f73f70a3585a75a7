/** Where in a session a fault happens: the greeting, the log-in, the sender, a recipient, or the end of the content. */
export type SmtpStage = 'connect' | 'login' | 'mail' | 'rcpt' | 'data';

/**
 * - a code: answered instead of the real answer
 * - `drop`: the connection breaks, and nothing of the message is kept; `black-hole`: nothing is answered
 * - only at `data`: `take-then-drop` keeps the message and breaks the connection without a word; `confirm-then-drop` confirms it
 *   and then breaks the connection
 */
export type SmtpFaultAction =
  { code: number; text?: string } | 'drop' | 'black-hole' | 'take-then-drop' | 'confirm-then-drop';

export interface SmtpFault {
  stage: SmtpStage;
  /** At `rcpt`: only this recipient. */
  recipient?: string;
  /** Matching moments that go well first. */
  after?: number;
  /** Matching moments that fail; 1 by default. */
  times?: number;
  action: SmtpFaultAction;
}

/** Faults in the order they were scripted; the first that fits a moment and has a turn left is taken. */
export class SmtpFaultQueue {
  private readonly entries: { fault: SmtpFault; skips: number; turns: number }[] = [];

  add(fault: SmtpFault): void {
    this.entries.push({ fault, skips: fault.after ?? 0, turns: fault.times ?? 1 });
  }

  clear(): void {
    this.entries.length = 0;
  }

  /** Whether everything that was scripted has struck. */
  get isSpent(): boolean {
    return this.entries.every(({ turns }) => turns === 0);
  }

  take(stage: SmtpStage, recipient?: string): SmtpFaultAction | null {
    for (const entry of this.entries) {
      const { fault } = entry;
      const fits = fault.stage === stage && (fault.recipient === undefined || fault.recipient === recipient);
      if (entry.turns === 0 || !fits) continue;
      if (entry.skips > 0) {
        entry.skips -= 1;
        return null;
      }
      entry.turns -= 1;
      return fault.action;
    }
    return null;
  }
}
