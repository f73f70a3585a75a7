/**
 * What a failure at a provider *means*. The provider's folder decides it once, from status, headers and body; nobody else
 * reads a provider's answer.
 *
 * - `invalid_credentials`: the key or token is refused; trying again cannot help
 * - `quota`: come back at `retryAt`
 * - `rejected`: refused for a reason a person can mend; the message says which
 * - `not_found`: there is no such row (any more)
 * - `conflict`: the row's state forbids it (already stopped, say)
 * - `unavailable`: no answer, or one that says nothing; `isAmbiguous` when a write may nevertheless have happened
 */
export type ProviderErrorKind = 'invalid_credentials' | 'quota' | 'rejected' | 'not_found' | 'conflict' | 'unavailable';

export class ProviderError extends Error {
  readonly retryAt?: Date;
  readonly isAmbiguous: boolean;
  readonly status?: number;

  constructor(
    readonly kind: ProviderErrorKind,
    message: string,
    options: { retryAt?: Date; isAmbiguous?: boolean; status?: number } = {},
  ) {
    super(message);
    this.name = 'ProviderError';
    this.retryAt = options.retryAt;
    this.isAmbiguous = options.isAmbiguous ?? false;
    this.status = options.status;
  }
}
