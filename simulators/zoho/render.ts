import type { ZohoItem, ZohoLog, ZohoModel, ZohoPerson, ZohoPortal, ZohoProject } from './model.js';

export interface RenderOptions {
  /** Notes as the web editor stores them. */
  hasHtmlNotes: boolean;
}

export const renderPortal = ({ id, name, timeZone }: ZohoPortal): object => ({
  id,
  portal_name: name,
  org_name: name,
  settings: { company_name: name, ...(timeZone !== null && { time_zone: timeZone }) },
});

export const renderPerson = ({ id, zpuid, name, email }: ZohoPerson): object => ({ id, zpuid, name, email });

export const renderProject = ({ id, name, isClosed }: ZohoProject): object => ({
  id,
  name,
  status: { id: '1', name: isClosed ? 'Completed' : 'Active', is_closed_type: isClosed },
});

export const renderTask = ({ id, name }: ZohoItem): object => ({
  id,
  name,
  prefix: 'AB-T1',
  status: { name: 'Open' },
  is_completed: false,
});

/** As in the recorded answers: times only where there are some, `bug` for the module of an issue. */
export function renderLog(model: ZohoModel, log: ZohoLog, { hasHtmlNotes }: RenderOptions): object {
  const owner = model.people.get(log.ownerId)!;
  const project = model.projects.get(log.projectId)!;
  const item = log.itemId === null ? undefined : model.items.get(log.itemId)!;
  const notes = hasHtmlNotes && log.notes !== '' ? toHtml(log.notes) : log.notes;
  const person = { zpuid: owner.zpuid, name: owner.name, email: owner.email };
  return {
    owner: person,
    date: log.date,
    created_time: new Date(log.createdAt).toISOString(),
    ...(item === undefined
      ? { log_name: log.logName }
      : {
          module_detail: { prefix: '', name: item.name, id: item.id, type: item.type === 'issue' ? 'bug' : 'task' },
        }),
    notes,
    log_notes: notes,
    last_modified_time: new Date(log.modifiedAt).toISOString(),
    approval: { status: log.isApproved ? 'Approved' : 'Pending' },
    ...(log.startTime !== null && { start_time: log.startTime }),
    ...(log.endTime !== null && { end_time: log.endTime }),
    project: { name: project.name, id: project.id },
    type: log.type,
    added_by: { name: owner.name, email: owner.email, zpuid: owner.zpuid },
    billing_status: log.isBillable ? 'Billable' : 'Non Billable',
    id: log.id,
    log_hour: `${String(Math.floor(log.minutes / 60)).padStart(2, '0')}:${String(log.minutes % 60).padStart(2, '0')}`,
  };
}

function toHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .split('\n')
    .map((line) => `<div>${line}</div>`)
    .join('');
}
