import type { Caller } from '../auth/caller.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';

/** Who commands, as the binnacle writes it down. */
export const authorOf = (caller: Caller, requestId: string): ChangeAuthor => ({
  actor: caller.kind === 'user' ? { kind: 'user', id: String(caller.userId) } : { kind: 'secret', id: null },
  origin: { kind: 'request', id: requestId },
});
