import { Injectable } from '@nestjs/common';
import { TimeEntriesService } from '../../time-entries/time-entries.service.js';
import type { TimeEntry } from '../../time-entries/time-entry.js';
import { TimelineDecisionsRepository } from '../fixes/timeline-decisions.repository.js';
import { findAll, isLong, type FindingsInput } from './find-all.js';
import {
  asShown,
  isTimed,
  type Finding,
  type FindingEntry,
  type FindingReference,
  type ShownFinding,
} from './finding.js';
import { gapBetween } from './gaps.js';
import { longFinding } from './long-entries.js';
import { pairFinding } from './pairs.js';
import { HABIT_DAYS } from './proposed-end.js';

const DAY = 86_400_000;

/** Whose timeline, and when it is looked at. */
export interface Onlooker {
  userId: number;
  homeZone: string;
  now: Date;
}

/** Finds what somebody should look at. Findings are computed whenever they are asked for, never stored. */
@Injectable()
export class FindingsService {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly decisions: TimelineDecisionsRepository,
  ) {}

  /** Of these entries, all of them: what the user has ignored says so. */
  async find(
    entries: readonly TimeEntry[],
    timeZone: string,
    { userId, ...onlooker }: Onlooker,
  ): Promise<ShownFinding[]> {
    const history = await this.historyOf(entries, userId, onlooker.now);
    const findings = findAll({ entries, history, timeZone, ...onlooker } satisfies FindingsInput);
    if (findings.length === 0) return [];
    const subjects = findings.map(({ subject }) => subject);
    const ignored = await this.decisions.findIgnored(userId, subjects);
    return findings.map((finding) => asShown(finding, ignored.has(finding.subject)));
  }

  /** What has to be known besides the entries of a finding to tell whether it is still there. */
  async surroundings(entries: readonly TimeEntry[], kind: Finding['kind'], { userId, now }: Onlooker) {
    if (kind !== 'gap') return this.historyOf(entries, userId, now);
    const [before, after] = entries;
    const isGap = before?.endedAt != null && after !== undefined && before.endedAt < after.startedAt;
    return isGap ? this.entries.findTouching(userId, before.endedAt, after.startedAt) : [];
  }

  /** The finding as the facts are now, ignored or not; `null` when there is none any more. */
  findAgain(
    { kind, entries: ids }: FindingReference,
    entries: readonly TimeEntry[],
    surroundings: readonly FindingEntry[],
    { homeZone, now }: Onlooker,
  ): Finding | null {
    const [first, second] = ids.map((id) => entries.find((entry) => entry.id === id && entry.deletedAt === null));
    if (first === undefined) return null;
    if (kind === 'too_long' || kind === 'forgotten_timer') return longFinding(first, surroundings, homeZone, now);
    if (second === undefined) return null;
    if (kind !== 'gap') return pairFinding(first, second, now);
    return surroundings.some(isTimed) ? null : gapBetween(first, second);
  }

  /** One look-up for all long entries; most timelines have none, and need none. */
  private async historyOf(entries: readonly TimeEntry[], userId: number, now: Date): Promise<TimeEntry[]> {
    const long = entries.filter((entry) => isLong(entry, now));
    if (long.length === 0) return [];
    const starts = long.map(({ startedAt }) => startedAt.getTime());
    const ends = long.map(({ endedAt }) => (endedAt ?? now).getTime());
    const from = new Date(starts.reduce((a, b) => Math.min(a, b)) - HABIT_DAYS * DAY);
    return this.entries.findTouching(userId, from, new Date(ends.reduce((a, b) => Math.max(a, b))));
  }
}
