import { oneLine } from '../../../common/one-line.js';
import type { Connection } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft } from '../../contract/remote-entry.js';
import type { ZohoClient } from './zoho.client.js';
import { unreadable } from './zoho.errors.js';
import { portalPath, type ZohoHistory } from './zoho.history.js';
import { toOneLog, type LogType, type ZohoLog } from './zoho.logs.mapping.js';
import { joinLines, withMarker, type PartMarker } from './zoho.notes.js';
import { checkedId } from './zoho.remote-entry.js';
import { decode } from './zoho.shapes.js';
import { toHours, type DayPart } from './zoho.times.js';

/** Where and what, the same in each part of an entry. */
export interface LogTarget {
  projectId: string;
  type: LogType;
  itemId: string | null;
  name: string;
  notes: string;
  isBillable: boolean;
}

/** One log as it should stand at Zoho. */
export interface WantedLog extends LogTarget {
  part: DayPart;
  marker: PartMarker | null;
}

/** @throws ProviderError `rejected` for a project or task that cannot be Zoho's */
export function wantedOf(draft: EntryDraft): LogTarget {
  const name = oneLine(draft.description);
  const itemId = draft.taskExternalId === null ? null : checkedId(draft.taskExternalId, 'task');
  return {
    projectId: checkedId(draft.projectExternalId ?? '', 'project'),
    type: itemId === null ? 'general' : 'task',
    itemId,
    name,
    notes: itemId === null ? (draft.notes ?? '').trim() : joinLines(name, draft.notes),
    isBillable: draft.isBillable,
  };
}

/** Writes of single logs. */
export class LogWriter {
  constructor(
    private readonly client: ZohoClient,
    private readonly history: ZohoHistory,
  ) {}

  /** A form with one row: Zoho takes no JSON here, and what it does when one of several rows fails is not known. */
  async create(connection: Connection, log: WantedLog): Promise<ZohoLog> {
    const row = {
      project_id: log.projectId,
      type: log.type,
      ...(log.itemId === null ? { log_name: log.name } : { item_id: log.itemId }),
      ...timesAndText(log),
      // Entries may overlap here, and what overlaps is shown to their owner.
      force_allow: { overlap: true },
    };
    const path = `${portalPath(connection)}/addbulktimelogs`;
    const answer = await this.client.call(connection, {
      method: 'POST',
      path,
      form: { log_object: JSON.stringify([row]) },
    });
    const { type, projectId } = log;
    if (answer === undefined) throw unreadable('it is empty', true);
    return decode(() => toOneLog(answer, { type, projectId, ownerId: connection.accountId }), true);
  }

  async update(connection: Connection, held: ZohoLog, log: WantedLog): Promise<ZohoLog> {
    const { projectId, type, id, itemId, ownerId } = held;
    const module = itemId === null ? { type } : { type, id: itemId };
    const json = { module, ...(itemId === null && { log_name: log.name }), ...timesAndText(log) };
    const answer = await this.client.call(connection, { method: 'PATCH', path: pathOf(connection, held), json });
    if (answer !== undefined) return decode(() => toOneLog(answer, { type, projectId, ownerId }), true);
    const now = await this.history.find(connection, { projectId, type, id });
    if (now === null) throw new ProviderError('not_found', 'Zoho has no such time log.');
    return now;
  }

  /** Succeeds when the log is gone, whoever removed it. */
  async delete(connection: Connection, held: ZohoLog): Promise<void> {
    try {
      const json = { module: held.type };
      await this.client.call(connection, { method: 'DELETE', path: pathOf(connection, held), json });
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== 'not_found') throw error;
    }
  }
}

const timesAndText = ({ part, notes, marker, isBillable }: WantedLog) => ({
  date: part.date,
  hours: toHours(part.minutes),
  start_time: part.startTime,
  end_time: part.endTime,
  bill_status: isBillable ? 'Billable' : 'Non Billable',
  notes: withMarker(notes, marker),
});

const pathOf = (connection: Connection, { projectId, id }: ZohoLog): string =>
  `${portalPath(connection)}/projects/${projectId}/logs/${id}`;
