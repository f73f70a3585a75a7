import { ApiProperty } from '@nestjs/swagger';
import { toIsoText } from '../common/instant.js';
import type { Json } from '../time-entries/snapshot.js';
import type { HistoryLine } from './history.repository.js';
import { entryFromSnapshot } from './snapshot-entry.js';
import { sessionFields, SessionFields } from './session-response.js';
import { withWireNames } from './session-words.dto.js';

/** A line of the binnacle: the session as it was after a change, and what the change was. */
export class BinnacleResponse extends SessionFields {
  @ApiProperty({ example: 42 }) idSesionBinnacle: number;
  @ApiProperty({ example: '2025-07-15T10:00:03.120Z' }) createdAt: string;
  @ApiProperty({ example: '2025-07-15T10:00:03.120Z' }) modifiedAt: string;
  @ApiProperty({ example: 'ended' }) action: string;
  @ApiProperty({ example: { kind: 'webhook', id: 'clockify' }, description: 'Who caused it' })
  actor: { kind: string; id: string | null };
  @ApiProperty({ example: null, nullable: true, type: String }) reason: string | null;
  @ApiProperty({
    example: { endDate: { from: null, to: '2025-07-15T10:00:00.000Z' } },
    description: 'Field by field what it altered; of a remark what was said',
    type: Object,
  })
  diff: Record<string, Json>;
  @ApiProperty({ example: { kind: 'delivery', id: '71' }, nullable: true, description: 'Where it can be traced to' })
  origin: { kind: string; id: string | null } | null;

  static from(line: HistoryLine, defaultWorkspaceName: string): BinnacleResponse {
    const at = toIsoText(line.recordedAt);
    return {
      idSesionBinnacle: line.id,
      ...sessionFields(entryFromSnapshot(line.snapshot), defaultWorkspaceName),
      createdAt: at,
      modifiedAt: at,
      action: line.action,
      actor: line.actor,
      reason: line.reason,
      diff: withWireNames(line.diff),
      origin: line.origin,
    };
  }
}
