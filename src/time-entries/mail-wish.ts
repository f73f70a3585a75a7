import type { Json } from './snapshot.js';
import type { TimeEntry } from './time-entry.js';

/** What people are told about an entry. */
export type LetterKind =
  | 'started'
  | 'ended'
  | 'created_by_end'
  | 'created_by_edit'
  | 'edited'
  | 'under_review'
  | 'deleted'
  | 'delete_unknown'
  | 'manual'
  | 'overtime'
  | 'duplicate'
  | 'conflict';

/** A letter a change gives rise to; whoever writes letters decides to whom it goes. */
export interface MailWish {
  kind: LetterKind;
  before: TimeEntry | null;
  after: TimeEntry | null;
  detail?: Record<string, Json>;
}
