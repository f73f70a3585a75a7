/** A time entry as reports read it. */
export interface ReportEntry {
  id: number;
  userId: number;
  userName: string;
  source: string;
  externalId: string | null;
  workspaceId: string | null;
  description: string;
  projectName: string | null;
  taskName: string | null;
  tags: string[];
  category: string | null;
  startedAt: Date;
  endedAt: Date | null;
  isRunning: boolean;
  timeZone: string;
  offsetStartSeconds: number;
  offsetEndSeconds: number | null;
  timePrecision: 'second' | 'day';
  validStartedAt: Date | null;
  validEndedAt: Date | null;
  isOvertime: boolean;
  timeEditCount: number;
  reviewStatus: 'approved' | 'under_review' | 'rejected';
  observation: string;
}

/** Where the time of an entry ends for a sum: what runs reaches to the present, a draft has no length. */
export function endFor({ startedAt, endedAt, isRunning }: ReportEntry, now: Date): Date {
  if (endedAt !== null) return endedAt;
  return isRunning && now > startedAt ? now : startedAt;
}

/** Exact length in milliseconds. */
export const lengthOf = (entry: ReportEntry, now: Date): number =>
  endFor(entry, now).getTime() - entry.startedAt.getTime();

/** The part of it that counts without anybody having to look, in milliseconds; `null` while nothing is valid. */
export function validLengthOf(entry: ReportEntry, now: Date): number | null {
  const { validStartedAt, validEndedAt, isRunning } = entry;
  if (validStartedAt === null) return null;
  if (validEndedAt === null) return isRunning ? Math.max(0, now.getTime() - validStartedAt.getTime()) : null;
  return validEndedAt.getTime() - validStartedAt.getTime();
}

export const isDraft = ({ endedAt, isRunning }: ReportEntry): boolean => endedAt === null && !isRunning;
