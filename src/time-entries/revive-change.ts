import type { EntryChange } from './entry-change.js';

const INSTANTS = new Set(['start', 'end', 'version', 'readAt', 'startedAt', 'endedAt']);

/** A change that was kept as JSON: its instants are dates again. */
export const reviveChange = (stored: Record<string, unknown>): EntryChange =>
  JSON.parse(JSON.stringify(stored), (key, value: unknown) =>
    INSTANTS.has(key) && typeof value === 'string' ? new Date(value) : value,
  ) as EntryChange;
