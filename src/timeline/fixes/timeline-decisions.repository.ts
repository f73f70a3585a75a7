import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable, type Tx } from '../../database/database.js';
import type { FixName } from '../findings/finding.js';

export interface TimelineDecision {
  findingId: string;
  subject: string;
  fix: FixName;
}

const IGNORED = prepared(
  'timeline.ignored',
  `select subject from timeline_decisions where user_id = $1 and fix = 'ignore' and subject = any($2)`,
);

@Injectable()
export class TimelineDecisionsRepository {
  constructor(private readonly database: Database) {}

  /** Which of these the user does not want to hear of. */
  async findIgnored(
    userId: number,
    subjects: readonly string[],
    queryable: Queryable = this.database,
  ): Promise<Set<string>> {
    const rows = await queryable.query<{ subject: string }>(IGNORED, [userId, subjects]);
    return new Set(rows.map(({ subject }) => subject));
  }

  async findFix(userId: number, findingId: string, tx: Tx): Promise<FixName | null> {
    const [row] = await tx.query<{ fix: FixName }>(
      'select fix from timeline_decisions where user_id = $1 and finding_id = $2',
      [userId, findingId],
    );
    return row?.fix ?? null;
  }

  /** It is shown again, whichever of its proposals was ignored. */
  async unignore(userId: number, subject: string, tx: Tx): Promise<void> {
    await tx.execute(`delete from timeline_decisions where user_id = $1 and subject = $2 and fix = 'ignore'`, [
      userId,
      subject,
    ]);
  }

  async save(userId: number, { findingId, subject, fix }: TimelineDecision, now: Date, tx: Tx): Promise<void> {
    await tx.execute(
      `insert into timeline_decisions (user_id, finding_id, subject, fix, decided_at) values ($1, $2, $3, $4, $5)
       on conflict (user_id, finding_id) do update
         set subject = excluded.subject, fix = excluded.fix, decided_at = excluded.decided_at`,
      [userId, findingId, subject, fix, now],
    );
  }
}
