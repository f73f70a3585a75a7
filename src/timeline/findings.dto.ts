import { ApiProperty } from '@nestjs/swagger';
import { toUnixSeconds } from '../common/instant.js';
import { IsPossible, IsText } from '../common/validation.js';
import {
  FINDING_KINDS,
  FIXES,
  type Evidence,
  type FindingKind,
  type FixChange,
  type FixName,
  type LinkChange,
  type FixOption,
  type ShownFinding,
} from './findings/finding.js';
import type { Fixed } from './fixes/fixes.service.js';
import { TIMELINE_ENTRY_EXAMPLE, TimelineEntryResponse } from './timeline-entry.dto.js';
import type { CategorisedEntry } from './timeline.service.js';

const IGNORE_EXAMPLE = { fix: 'ignore', changes: [] };
const TRIM_EXAMPLE = {
  fix: 'trim_first',
  changes: [{ entry_id: 1, copy_of: null, start: 1784530800, end: 1784534100 }],
};
export const FINDING_EXAMPLE = {
  id: 'overlap.1-2.0J3mUu4rB2sH4gBq3W9zXQ',
  kind: 'overlap',
  entries: [1, 2],
  ignored: false,
  evidence: { start: 1784534100, end: 1784534400, seconds: 300 },
  fixes: [TRIM_EXAMPLE, IGNORE_EXAMPLE],
};

export class FixOptionResponse {
  @ApiProperty({ example: TRIM_EXAMPLE.fix, enum: FIXES }) fix: FixName;
  @ApiProperty({
    example: TRIM_EXAMPLE.changes,
    type: [Object],
    description:
      'The times each entry would have; `copy_of` with `entry_id` null is a new one with the content of that; `same_as` is the entry that counts in its place',
  })
  changes: object[];

  static from(this: void, { fix, changes }: FixOption): FixOptionResponse {
    return { fix, changes: changes.map(changeResponse) };
  }
}

export class FindingResponse {
  @ApiProperty({ example: FINDING_EXAMPLE.id, description: 'Made of the facts: other facts, another finding' })
  id: string;
  @ApiProperty({ example: FINDING_EXAMPLE.kind, enum: FINDING_KINDS }) kind: FindingKind;
  @ApiProperty({ example: FINDING_EXAMPLE.entries, type: [Number] }) entries: number[];
  @ApiProperty({ example: false, description: 'You have ignored it' }) ignored: boolean;
  @ApiProperty({ example: FINDING_EXAMPLE.evidence, type: Object, description: 'Exact instants and seconds' })
  evidence: object;
  @ApiProperty({ example: FINDING_EXAMPLE.fixes, type: [FixOptionResponse] }) fixes: FixOptionResponse[];

  static from(this: void, { id, kind, entries, isIgnored, evidence, fixes }: ShownFinding): FindingResponse {
    const shown = { evidence: evidenceResponse(evidence), fixes: fixes.map(FixOptionResponse.from) };
    return { id, kind, entries, ignored: isIgnored, ...shown };
  }
}

function changeResponse(change: FixChange | LinkChange): object {
  if (change.kind === 'link') return { entry_id: change.entryId, same_as: change.sameAs };
  const { kind, entryId, start, end } = change;
  return {
    entry_id: kind === 'copy' ? null : entryId,
    copy_of: kind === 'copy' ? entryId : null,
    start: toUnixSeconds(start),
    end: end && toUnixSeconds(end),
  };
}

const evidenceResponse = ({ start, end, seconds, ...more }: Evidence) => ({
  start: toUnixSeconds(start),
  end: toUnixSeconds(end),
  seconds,
  limit_seconds: more.limitSeconds,
  start_difference_seconds: more.startDifferenceSeconds,
  end_difference_seconds: more.endDifferenceSeconds,
  similarity: more.similarity,
  proposed_end: more.proposedEnd && toUnixSeconds(more.proposedEnd),
  basis: more.basis,
});

export class FixDto {
  @ApiProperty({ example: FINDING_EXAMPLE.id })
  @IsText(200, 1)
  finding_id: string;

  @ApiProperty({ example: 'trim_first', enum: FIXES, description: 'One of the `fixes` of the finding' })
  @IsPossible((value) => (FIXES as readonly unknown[]).includes(value), `must be one of ${FIXES.join(', ')}`)
  @IsText(50, 1)
  fix: FixName;
}

export class FixedResponse {
  @ApiProperty({ example: FINDING_EXAMPLE.id }) finding_id: string;
  @ApiProperty({ example: 'trim_first', enum: FIXES }) fix: FixName;
  @ApiProperty({ example: 'done', enum: ['done', 'already_done'], description: 'By this call, or by one before' })
  state: Fixed['state'];
  @ApiProperty({ example: [TIMELINE_ENTRY_EXAMPLE], type: [TimelineEntryResponse], description: 'As they are now' })
  entries: TimelineEntryResponse[];

  static from(request: FixDto, state: Fixed['state'], entries: CategorisedEntry[]): FixedResponse {
    const { finding_id, fix } = request;
    return { finding_id, fix, state, entries: entries.map(TimelineEntryResponse.from) };
  }
}
