import { Inject, Injectable } from '@nestjs/common';
import { CategoriesService } from '../categories/categories.service.js';
import type { Categoriser } from '../categories/categoriser.js';
import { Clock } from '../common/clock.js';
import { notFound, unprocessable } from '../common/errors.js';
import type { Config } from '../config/env.js';
import type { MailLocale } from '../config/mail-settings.js';
import { CONFIG } from '../config/tokens.js';
import { localDay, type Interval } from '../time-entries/day-slices.js';
import { PeopleService } from '../users/people.service.js';
import { UsersService } from '../users/users.service.js';
import { daysIn, instantsOf, type DayRange } from './period.js';
import type { ReportEntry } from './report-entry.js';
import type { Report } from './report.js';
import { ReportsRepository } from './reports.repository.js';

const MOST_DAYS = 400;

export interface ReportRequest {
  /** `null`: everybody's. */
  userId: number | null;
  /** Days, both included, or instants: [start, end). */
  when: DayRange | Interval;
  /** Whose midnights part the days; the installation's without it. */
  timeZone?: string;
  locale?: MailLocale;
  /** The owner asks, and sees also what they share with nobody. */
  isOwn?: boolean;
}

/** Opens reports: what is in them is read while they are written. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly repository: ReportsRepository,
    private readonly users: UsersService,
    private readonly people: PeopleService,
    private readonly categories: CategoriesService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A report whose first entries have been read, so that what cannot be read is an error and not half an answer.
   * @throws DomainError 404 for an unknown user; 422 for a range that is turned around or longer than 400 days
   */
  async open({ userId, when, locale, isOwn = false, ...asked }: ReportRequest): Promise<OpenReport> {
    const timeZone = asked.timeZone ?? this.config.reportTimeZone;
    const { range, ...interval } = spanOf(when, timeZone);
    // Behind a placeholder's id stands whoever has claimed it.
    const user = userId === null ? null : await this.users.get(await this.people.resolve(userId));
    const selection = { ...interval, userId: user?.id ?? null, isOwn };
    const deleted = await this.repository.countDeleted(selection);
    const batches = categorised(
      this.repository.entries(selection),
      await this.categories.categorisersOf(selection.userId),
    );
    const first = await batches.next();
    return {
      range,
      timeZone,
      firstWeekday: this.config.reportWeekStart,
      locale: locale ?? this.config.mail.locale,
      person: user && { id: user.id, name: user.name },
      overtimeHours: this.config.overtimeHours,
      now: this.clock.now(),
      deleted,
      isEmpty: first.done === true,
      batches: resumed(first, batches),
    };
  }

  /** Like `open`, for callers who want no report without entries. */
  async openFilled(request: ReportRequest): Promise<OpenReport> {
    const report = await this.open(request);
    if (report.isEmpty) throw notFound('REPORT.NO_SESSIONS', 'There are no sessions in that range.');
    return report;
  }
}

export interface OpenReport extends Report {
  /** There is no entry in the range. */
  isEmpty: boolean;
}

/** Each entry in the category its owner's rules put it into. */
async function* categorised(
  batches: AsyncIterable<ReportEntry[]>,
  categoriserOf: (userId: number) => Categoriser,
): AsyncGenerator<ReportEntry[]> {
  for await (const batch of batches) {
    for (const entry of batch) entry.category = categoriserOf(entry.userId).categoryOf(entry);
    yield batch;
  }
}

async function* resumed(
  first: IteratorResult<ReportEntry[]>,
  rest: AsyncGenerator<ReportEntry[]>,
): AsyncGenerator<ReportEntry[]> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** Both ways of naming a range, each made of the other. */
function spanOf(when: DayRange | Interval, timeZone: string): Interval & { range: DayRange } {
  const isDays = 'from' in when;
  if (isDays ? when.to < when.from : when.end <= when.start) {
    throw unprocessable('VALIDATION.IMPOSSIBLE', 'The range must not end before it starts.');
  }
  const lastDay = () => localDay(new Date((when as Interval).end.getTime() - 1), timeZone);
  const range = isDays ? when : { from: localDay(when.start, timeZone), to: lastDay() };
  // Instants may begin and end in the middle of a day.
  if (daysIn(range) > MOST_DAYS + (isDays ? 0 : 1)) {
    throw unprocessable('VALIDATION.IMPOSSIBLE', `The range must not be longer than ${MOST_DAYS} days.`);
  }
  return isDays ? { ...instantsOf(range, timeZone), range } : { start: when.start, end: when.end, range };
}
