import { inspect } from 'node:util';

const MASK = '[redacted]';

/** A value that never prints itself: log lines, JSON, errors and string templates all show `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The clear text. Call it only where the value is used, never where it is shown. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

const PATTERNS: [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${MASK}`],
  [/(token|secret|password|api[_-]?key|code)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, `$1$2${MASK}`],
  [/(postgres(?:ql)?:\/\/[^:/\s]+:)[^@\s]+@/gi, `$1${MASK}@`],
];

/** Cuts known secrets and everything that looks like a credential out of a text that is going to be shown or stored. */
export function redact(text: string, known: readonly Secret[] = []): string {
  let clean = text;
  for (const secret of known) {
    const value = secret.reveal();
    if (value.length >= 6) clean = clean.replaceAll(value, MASK);
  }
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}
