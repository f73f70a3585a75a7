/** Twenty-four digits, as Clockify's ids have; a load puts a number of its own in their place. */
export const ENTRY_ID = '64c777ddd3fcab07cfbb210c';

export const WORKSPACE_ID = '64a687e29ae1f428e7ebe303';

/** As Clockify delivers an hour that has ended: 1.2 KB. */
export const clockifyDelivery = (accountId = '5a0ab5acb07987125438b60f') => ({
  id: ENTRY_ID,
  description: 'Working 9 till 5',
  userId: accountId,
  billable: true,
  projectId: '25b687e29ae1f428e7ebe123',
  timeInterval: {
    start: '2026-07-20T07:00:00Z',
    end: '2026-07-20T08:00:00Z',
    duration: 'PT1H',
    timeZone: 'Europe/Madrid',
    offsetStart: 7200,
    offsetEnd: 7200,
    zonedStart: '2026-07-20T09:00:00',
    zonedEnd: '2026-07-20T10:00:00',
  },
  workspaceId: WORKSPACE_ID,
  isLocked: false,
  hourlyRate: null,
  costRate: null,
  customFieldValues: [],
  type: 'REGULAR',
  kioskId: null,
  approvalStatus: null,
  currentlyRunning: false,
  project: { id: '25b687e29ae1f428e7ebe123', name: 'Support', clientId: '', clientName: '', billable: true, note: '' },
  task: { id: '54b377ddd3fcab07cfbb432a', name: 'Calls', projectId: '25b687e29ae1f428e7ebe123', status: 'ACTIVE' },
  user: { id: accountId, name: 'Ana', status: 'ACTIVE' },
  tags: [{ id: '64c777ddd3fcab07cfbb0001', name: 'support', archived: false }],
});

/** What is kept of the headers. */
export const keptHeaders = (eventType: string): Record<string, string> => ({
  'clockify-webhook-event-type': eventType,
  'user-agent': 'Vert.x-WebClient/4.2.5',
  'content-type': 'application/json',
});
