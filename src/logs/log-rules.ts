import { unprocessable } from '../common/errors.js';
import type { TimeTrackingProvider } from '../integrations/contract/provider.js';

/** Nobody works a month without a break: a typed entry longer than this is a typing error. */
const LONGEST_DAYS = 31;

/** @throws DomainError 422 for an end before the start, or more than 31 days */
export function refuseImpossibleTimes(start: Date, end: Date | null): void {
  if (end === null) return;
  if (end < start) throw unprocessable('LOG.END_BEFORE_START', 'end must not be before start');
  if (end.getTime() - start.getTime() > LONGEST_DAYS * 86_400_000) {
    throw unprocessable('LOG.TOO_LONG', `end must be at most ${LONGEST_DAYS} days after start`);
  }
}

/** A log without an end runs where the service has timers; elsewhere, and here, it is a draft. */
export const runsWithout = (end: Date | null, provider: TimeTrackingProvider | null): boolean =>
  end === null && provider?.timer !== undefined;
