import type { PushState, PushTrace } from './push.js';

/** A wish as far as it tells what was sent. */
export interface TraceRow {
  entry_id: number;
  wanted: 'present' | 'absent';
  state: PushState;
  is_creator: boolean;
  written: string[];
}

export const traceOf = (row: TraceRow): PushTrace => ({
  isOpen: ['pending', 'sending', 'unknown'].includes(row.state),
  isInFlight: row.state === 'sending',
  isCreator: row.is_creator,
  isRemoval: row.wanted === 'absent',
  written: row.written,
});

/** What the wishes towards two integrations tell together. */
export const bothOf = (a: PushTrace, b: PushTrace): PushTrace => ({
  isOpen: a.isOpen || b.isOpen,
  isInFlight: a.isInFlight || b.isInFlight,
  isCreator: a.isCreator || b.isCreator,
  isRemoval: a.isRemoval || b.isRemoval,
  written: [...a.written, ...b.written],
});
