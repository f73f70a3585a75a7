import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { CategoriesService } from '../categories/categories.service.js';
import { Clock } from '../common/clock.js';
import { unprocessable } from '../common/errors.js';
import type { Interval } from '../time-entries/day-slices.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import type { ShownFinding } from './findings/finding.js';
import { FindingsService } from './findings/findings.service.js';
import { FixesService, type FixRequest } from './fixes/fixes.service.js';
import { buildDays, type TimelineDay } from './build-days.js';

const MAX_DAYS = 400;
const DAY_MILLISECONDS = 86_400_000;

/** With the category it falls into, be it said or found. */
export type CategorisedEntry = TimeEntry & { category: string };

export interface Timeline {
  entries: CategorisedEntry[];
  days: TimelineDay[];
  findings: ShownFinding[];
}

/** What one user worked, day by day. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly entries: TimeEntriesService,
    private readonly categories: CategoriesService,
    private readonly findings: FindingsService,
    private readonly fixes: FixesService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param withIgnored also the findings that the user has ignored
   * @throws DomainError 422 for a range that is empty, turned around or longer than 400 days
   */
  async get(user: UserCaller, range: Interval, timeZone: string, withIgnored = false): Promise<Timeline> {
    const length = range.end.getTime() - range.start.getTime();
    if (length <= 0) throw unprocessable('VALIDATION.IMPOSSIBLE', 'from must lie before to.');
    if (length > MAX_DAYS * DAY_MILLISECONDS) {
      throw unprocessable('VALIDATION.IMPOSSIBLE', `from and to must not be more than ${MAX_DAYS} days apart.`);
    }
    const now = this.clock.now();
    const { userId, timeZone: homeZone } = user;
    const [found, categoriser] = await Promise.all([
      this.entries.findTouching(userId, range.start, range.end),
      this.categories.categoriserOf(userId),
    ]);
    // A running entry reaches to the present, not into a range that lies ahead.
    const entries = found.filter(
      ({ startedAt, isRunning }) => !isRunning || startedAt >= range.start || now > range.start,
    );
    const counted = await this.withoutCopies(entries);
    const findings = await this.findings.find(counted, timeZone, { userId, homeZone, now });
    const shown = entries.map((entry) => ({ ...entry, category: categoriser.categoryOf(entry) }));
    return {
      entries: shown,
      days: buildDays(counted, range, timeZone, now),
      findings: withIgnored ? findings : findings.filter(({ isIgnored }) => !isIgnored),
    };
  }

  /** What is the same work as an entry that is still there counts there alone. */
  private async withoutCopies(entries: TimeEntry[]): Promise<TimeEntry[]> {
    const originals = entries.flatMap(({ sameAsEntryId }) => sameAsEntryId ?? []);
    if (originals.length === 0) return entries;
    const kept = await this.entries.findByIds(originals);
    const alive = new Set(kept.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id));
    return entries.filter(({ sameAsEntryId }) => sameAsEntryId === null || !alive.has(sameAsEntryId));
  }

  /** Does what a finding offers, and answers the entries as they are then. */
  async fix(user: UserCaller, request: FixRequest, requestId: string) {
    const [{ state, entries }, categoriser] = await Promise.all([
      this.fixes.fix(user, request, requestId),
      this.categories.categoriserOf(user.userId),
    ]);
    return { state, entries: entries.map((entry) => ({ ...entry, category: categoriser.categoryOf(entry) })) };
  }
}
