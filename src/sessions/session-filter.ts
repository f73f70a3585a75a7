import type { TimeEntry } from '../time-entries/time-entry.js';

/** Which sessions are asked for. Every condition given must hold; texts are compared without regard to case. */
export interface SessionFilter {
  userIds?: readonly number[];
  /** `null`: those without. */
  projectName?: string | null;
  taskName?: string | null;
  /** Start at or after. */
  from?: Date;
  /** Start before. */
  to?: Date;
  status?: TimeEntry['reviewStatus'];
  externalId?: string;
  projectId?: string;
  workspaceId?: string;
  source?: string;
  isRunning?: boolean;
  isOvertime?: boolean;
  isEnabled?: boolean;
}
