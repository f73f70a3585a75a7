import { ProviderError } from '../integrations/contract/provider-error.js';
import type { PushPostponement } from '../push/push.js';

/** Pushes keep trying for three days; after that somebody has to look. */
export const PUSH_BUDGET_SECONDS = 3 * 24 * 3600;
const FIRST_DELAY_SECONDS = 5;
const LONGEST_DELAY_SECONDS = 3600;
/** No quota known to us lasts longer; who asks for more is asked again after a day. */
const LONGEST_WAIT_SECONDS = 24 * 3600;
/** A fresh look soon after an ambiguous answer: the service needs a moment to show what it took. */
const LOOK_UP_DELAY_SECONDS = 2;

export type RetryPlan = Omit<PushPostponement, 'error'>;

export interface FailedPush {
  attempts: number;
  /** When the first of these failures in a row was seen. */
  firstFailedAt: Date | null;
  /** Not known to be at the provider: the failed call may have been a create. */
  isCreate: boolean;
  /** An earlier create is still unaccounted for. */
  needsLookUp: boolean;
}

/**
 * What follows from a failed push. Pure: time, chance and scale are given.
 * @param scale shortens waits and budget alike under test; 1 otherwise
 */
export function planRetry(
  error: unknown,
  push: FailedPush,
  { now, random, scale }: { now: Date; random: () => number; scale: number },
): RetryPlan {
  const isNewlyLost = push.isCreate && !push.needsLookUp && isAmbiguous(error);
  const needsLookUp = push.needsLookUp || isNewlyLost;
  const waiting = needsLookUp ? ('unknown' as const) : ('pending' as const);
  const kind = kindOf(error);
  if (kind === 'quota') {
    const delaySeconds = Math.max(1, askedSeconds(error, now)) * scale;
    return { state: waiting, delaySeconds, countsAsAttempt: false, needsLookUp };
  }
  if (kind === 'invalid_credentials') return { state: waiting, delaySeconds: 0, countsAsAttempt: false, needsLookUp };
  if (kind !== 'unavailable' || failingSeconds(push, now) > PUSH_BUDGET_SECONDS * scale) {
    return { state: 'failed', delaySeconds: 0, countsAsAttempt: true, needsLookUp };
  }
  const planned = isNewlyLost ? LOOK_UP_DELAY_SECONDS : backoff(push.attempts, random);
  const delay = Math.max(planned, askedSeconds(error, now));
  return { state: waiting, delaySeconds: delay * scale, countsAsAttempt: true, needsLookUp };
}

/** An error of ours says as little about the entry as no answer does. */
const kindOf = (error: unknown) => (error instanceof ProviderError ? error.kind : 'unavailable');

const failingSeconds = ({ firstFailedAt }: FailedPush, now: Date): number =>
  firstFailedAt === null ? 0 : (now.getTime() - firstFailedAt.getTime()) / 1000;

/** Longer each time, with chance between half and whole, so that many do not come back at the same moment. */
function backoff(attempts: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(attempts, 12));
  return ceiling * (0.5 + random() / 2);
}

/** How long the service itself asked to wait. */
function askedSeconds(error: unknown, now: Date): number {
  const retryAt = error instanceof ProviderError ? error.retryAt : undefined;
  return retryAt === undefined ? 0 : Math.min(LONGEST_WAIT_SECONDS, (retryAt.getTime() - now.getTime()) / 1000);
}

/** Anything but a provider's clear "no" may have happened: a crash of ours, a lost answer, a garbled one. */
export const isAmbiguous = (error: unknown): boolean => !(error instanceof ProviderError) || error.isAmbiguous;
