import { describe, expect, it } from 'vitest';
import type { EntryDraft } from '../integrations/contract/remote-entry.js';
import { syncStateOf } from './sync-state.js';

const draft: EntryDraft = {
  description: 'Working',
  notes: null,
  projectExternalId: null,
  taskExternalId: null,
  tags: [],
  isBillable: true,
  start: new Date(0),
  end: null,
  isRunning: false,
};
const complete = { missingFields: () => [] };
const demanding = { missingFields: () => ['projectExternalId', 'end'] };

describe('where a log stands', () => {
  it.each([
    ['local', null, null],
    ['local', complete, 'cancelled'],
    ['incomplete', demanding, 'done'],
    ['pending', complete, 'pending'],
    ['pending', complete, 'sending'],
    ['unknown', complete, 'unknown'],
    ['unknown', demanding, 'unknown'],
    ['failed', complete, 'failed'],
    ['synced', complete, 'done'],
    ['synced', complete, null],
  ] as const)('is %s', (state, provider, pushState) => {
    expect(syncStateOf({ provider, draft, pushState, pushError: null, pushNote: null }).state).toBe(state);
  });

  it('names what is missing by the fields of a log', () => {
    expect(
      syncStateOf({ provider: demanding, draft, pushState: null, pushError: null, pushNote: null }).missing,
    ).toEqual(['project_id', 'end']);
  });

  it('tells why it is not there', () => {
    const facts = {
      provider: complete,
      draft,
      pushState: 'failed' as const,
      pushError: 'Project is required',
      pushNote: null,
    };
    expect(syncStateOf(facts).error).toBe('Project is required');
  });

  it('repeats what its service made of it only while it is there', () => {
    const facts = { provider: complete, draft, pushError: null, pushNote: 'Rounded to minutes.' };
    expect(syncStateOf({ ...facts, pushState: 'done' }).note).toBe('Rounded to minutes.');
    for (const pushState of ['pending', 'sending', 'unknown', 'failed', 'cancelled'] as const) {
      expect(syncStateOf({ ...facts, pushState }).note).toBeNull();
    }
  });
});
