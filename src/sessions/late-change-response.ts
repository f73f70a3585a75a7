import { ApiProperty } from '@nestjs/swagger';
import { toIsoText } from '../common/instant.js';
import type { LateChange } from '../time-entries/late-change.js';
import type { Json } from '../time-entries/snapshot.js';
import { withWireNames } from './session-words.dto.js';

/** What a service said about a session after a person had approved it. */
export class LateChangeResponse {
  @ApiProperty({ example: 24 }) idSesion: number;
  @ApiProperty({ example: 1, description: 'The order in which they are carried out' }) sequence: number;
  @ApiProperty({
    example: { endDate: { from: '2025-07-15T10:00:00.000Z', to: '2025-07-15T11:00:00.000Z' } },
    description: 'What of the session it would alter',
    type: Object,
  })
  diff: Record<string, Json>;
  @ApiProperty({ example: { kind: 'webhook', id: 'clockify' } }) actor: { kind: string; id: string | null };
  @ApiProperty({ example: { kind: 'delivery', id: '71' }, nullable: true })
  origin: { kind: string; id: string | null } | null;
  @ApiProperty({ example: '2025-07-16T08:00:00Z' }) receivedAt: string;
  @ApiProperty({ example: null, nullable: true, type: String, description: 'Null while it waits' })
  appliedAt: string | null;

  static from(late: LateChange): LateChangeResponse {
    return {
      idSesion: late.entryId,
      sequence: late.sequence,
      diff: withWireNames(late.diff),
      actor: late.actor,
      origin: late.origin,
      receivedAt: toIsoText(late.receivedAt),
      appliedAt: toIsoText(late.appliedAt),
    };
  }
}
