import { describe, expect, it } from 'vitest';
import { waitForQuota } from './quota-reserve.js';

const soon = new Date('2026-07-20T12:10:00Z');
const later = new Date('2026-07-20T12:50:00Z');

describe('the reserve of a quota', () => {
  it('lets a sync run while there is enough, and while nothing is known', () => {
    expect(waitForQuota([])).toBeNull();
    expect(waitForQuota([{ bucket: 'user', remaining: 7, resetsAt: soon }])).toBeNull();
  });

  it('waits for the last scarce bucket, and says how many calls are kept', () => {
    const wait = waitForQuota([
      { bucket: 'user', remaining: 6, resetsAt: soon },
      { bucket: 'workspace', remaining: -1, resetsAt: later },
      { bucket: 'other', remaining: 400, resetsAt: new Date('2026-07-21T00:00:00Z') },
    ]);
    expect(wait).toEqual({ until: later, reason: expect.stringContaining('0 calls are left until 2026-07-20T12:50') });
  });
});
