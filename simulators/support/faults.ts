/** What is known of a call when the fault for it is chosen. */
export interface FaultTarget {
  method: string;
  /** Without query. */
  path: string;
}

/** Given instead of the real answer; the call has no effect. */
export interface CannedAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * - `reset-before`, `timeout`, `html`, `oversize`: the call has no effect; the connection breaks, stays silent, answers a web
 *   page with status 200, or more bytes than anybody should take
 * - `create-then-…`: the call is carried out, and then the caller is left in the dark; `empty` is a 204
 * - `slow`: carried out, and answered one byte at a time
 * - `truncated`: carried out, and answered with the first half of the JSON
 */
export type FaultAction =
  | CannedAnswer
  /** Called for each of the calls. */
  | (() => CannedAnswer)
  | 'reset-before'
  | 'timeout'
  | 'html'
  | 'oversize'
  | 'create-then-reset'
  | 'create-then-garbage'
  | 'create-then-empty'
  | 'create-then-timeout'
  | 'slow'
  | 'truncated';

export interface FaultRule {
  method?: string;
  /** The whole path below the base URL, or what it must match; none = every path. */
  path?: string | RegExp;
  when?: (target: FaultTarget) => boolean;
  /** Matching calls that go well first. */
  after?: number;
  /** Calls that fail; 1 by default. */
  times?: number;
  action: FaultAction;
}

/** Faults in the order they were scripted; the first that fits a call and has a turn left is taken. */
export class FaultQueue {
  private readonly rules: { rule: FaultRule; skips: number; turns: number }[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, skips: rule.after ?? 0, turns: rule.times ?? 1 });
  }

  clear(): void {
    this.rules.length = 0;
  }

  take(target: FaultTarget): FaultAction | null {
    for (const entry of this.rules) {
      if (entry.turns === 0 || !fits(entry.rule, target)) continue;
      if (entry.skips > 0) {
        entry.skips -= 1;
        return null;
      }
      entry.turns -= 1;
      return entry.rule.action;
    }
    return null;
  }
}

function fits({ method, path, when }: FaultRule, target: FaultTarget): boolean {
  if (method !== undefined && method !== target.method) return false;
  if (typeof path === 'string' && path !== target.path) return false;
  if (path instanceof RegExp && !path.test(target.path)) return false;
  return when?.(target) ?? true;
}
