import { messageOf } from '../common/errors.js';
import { redact } from '../common/secret.js';
import { ProviderError } from '../integrations/contract/provider-error.js';

export interface RunFailure {
  state: 'waiting' | 'error';
  reason: string;
  delaySeconds: number;
  needsReauth: boolean;
  /** A fault of ours, not of the service. */
  isUnexpected: boolean;
}

const OUR_FAULT = 'Something went wrong on our side; it is tried again.';

/** When a failed read is tried again, and what its status says. Pure. */
export function endAfterFailure(
  error: unknown,
  { now, intervalSeconds }: { now: Date; intervalSeconds: number },
): RunFailure {
  const reason = redact(messageOf(error)).slice(0, 500);
  const failure = {
    state: 'error' as const,
    reason,
    delaySeconds: intervalSeconds,
    needsReauth: false,
    isUnexpected: false,
  };
  if (!(error instanceof ProviderError)) return { ...failure, reason: OUR_FAULT, isUnexpected: true };
  if (error.kind === 'invalid_credentials') return { ...failure, needsReauth: true };
  if (error.kind !== 'quota') return failure;
  const wait = ((error.retryAt ?? now).getTime() - now.getTime()) / 1000;
  return { ...failure, state: 'waiting', delaySeconds: Math.max(wait, 1) };
}
