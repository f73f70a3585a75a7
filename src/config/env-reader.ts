import { Secret } from '../common/secret.js';

/** Reads single variables, remembers each mistake by the variable's name, and never repeats a value. */
export class EnvReader {
  readonly problems: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  textOr(name: string, fallback: string): string {
    return this.text(name) ?? fallback;
  }

  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  secret(name: string): Secret | undefined {
    if (this.env[name] !== undefined && this.text(name) === undefined) this.fail(name, 'is set but empty');
    const value = this.text(name);
    return value === undefined ? undefined : new Secret(value);
  }

  integer(name: string, fallback: number, range: { min: number; max: number }): number {
    return this.numeric(name, fallback, range, /^-?\d{1,15}$/, 'a whole number');
  }

  decimal(name: string, fallback: number, range: { min: number; max: number }): number {
    return this.numeric(name, fallback, range, /^-?\d{1,15}(\.\d{1,9})?$/, 'a number');
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    if ((choices as readonly string[]).includes(value)) return value as T;
    this.fail(name, `must be one of ${choices.join(', ')}`);
    return fallback;
  }

  /** In any case, because `TRUE` is what many write. */
  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value !== 'true' && value !== 'false') this.fail(name, 'must be true or false');
    return value === 'true';
  }

  url(name: string, protocols: string[]): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/+$/, '');
    this.fail(name, `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    return undefined;
  }

  fail(name: string, problem: string): void {
    this.problems.push(`${name} ${problem}`);
  }

  private numeric(
    name: string,
    fallback: number,
    range: { min: number; max: number },
    shape: RegExp,
    kind: string,
  ): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const parsed = Number(value);
    if (shape.test(value) && parsed >= range.min && parsed <= range.max) return parsed;
    this.fail(name, `must be ${kind} from ${range.min} to ${range.max}`);
    return fallback;
  }
}
