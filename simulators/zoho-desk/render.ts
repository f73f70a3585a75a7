import type { DeskAgent, DeskEntry, DeskModel, DeskPortal, DeskTicket } from './model.js';

/** Ways in which Desk's examples and schemas disagree about one row. */
export interface RenderOptions {
  times: 'iso' | 'milliseconds';
  numbers: 'text' | 'number';
  /** The type of a parent as a list of one. */
  hasListedType: boolean;
  /** Truth values of `isTrashed` as text. */
  hasTextTrashed: boolean;
  /** What the agent's profile may not see is left out. */
  hidesTicketNumber: boolean;
}

export const renderOrganization = ({ id, name }: DeskPortal): object => ({
  id,
  companyName: name,
  portalName: name.toLowerCase().replaceAll(' ', ''),
  edition: 'ENTERPRISE',
});

export const renderAgent = ({ id, firstName, lastName, timeZone }: DeskAgent): object => ({
  id,
  firstName,
  lastName,
  emailId: `agent${id}@example.com`,
  photoURL: null,
  profileId: '4000000008693',
  timeZone,
});

export function renderTicket(ticket: DeskTicket, { hidesTicketNumber }: RenderOptions, hasContact: boolean): object {
  const { id, ticketNumber, subject, assigneeId, accountName, isClosed, createdAt } = ticket;
  const account = accountName === null ? null : { id: '4000000020001', accountName };
  return {
    id,
    ...(!hidesTicketNumber && { ticketNumber }),
    subject,
    status: isClosed ? 'Done' : 'Waiting',
    statusType: isClosed ? 'Closed' : 'Open',
    assigneeId,
    departmentId: '4000000008694',
    ...(hasContact && account !== null && { contact: { id: '4000000020002', firstName: 'A', lastName: 'B', account } }),
    webUrl: `https://desk.example.com/tickets/${id}`,
    createdTime: new Date(createdAt).toISOString(),
    isTrashed: false,
  };
}

export function renderEntry(model: DeskModel, entry: DeskEntry, options: RenderOptions): object {
  const owner = model.agents.get(entry.ownerId)!;
  const count = (value: number) => (options.numbers === 'text' ? String(value) : value);
  return {
    id: entry.id,
    parent: parentOf(model, entry, options),
    owner: { id: owner.id, firstName: owner.firstName, lastName: owner.lastName, photoURL: null },
    ownerId: owner.id,
    creatorId: owner.id,
    departmentId: '4000000008694',
    ...(entry.module === 'tickets' ? { requestId: entry.parentId } : { taskId: entry.parentId }),
    executedTime: entry.executedTime === null ? null : timeOf(entry.executedTime, options),
    hoursSpent: count(entry.hours),
    minutesSpent: count(entry.minutes),
    secondsSpent: count(entry.seconds),
    description: entry.description,
    requestChargeType: entry.requestChargeType,
    isBillable: entry.isBillable,
    mode: entry.mode,
    billingType: 'FIXED_COST_FOR_TICKETS',
    agentCostPerHour: '3.0',
    totalCost: '20.17',
    invoiceId: entry.invoiceId,
    isTrashed: options.hasTextTrashed ? String(entry.isTrashed) : entry.isTrashed,
    createdTime: timeOf(entry.createdAt, options),
  };
}

function parentOf(model: DeskModel, { module, parentId }: DeskEntry, options: RenderOptions): object {
  const task = module === 'tasks' ? model.tasks.get(parentId)! : null;
  const ticket = model.tickets.get(task?.ticketId ?? parentId)!;
  const type = module.toUpperCase();
  return {
    id: parentId,
    ...(!options.hidesTicketNumber && { ticketNumber: ticket.ticketNumber }),
    associatedTicketId: ticket.id,
    subject: task?.subject ?? ticket.subject,
    type: options.hasListedType ? [type] : type,
  };
}

const timeOf = (time: number, { times }: RenderOptions): string | number =>
  times === 'iso' ? new Date(time).toISOString() : time;
