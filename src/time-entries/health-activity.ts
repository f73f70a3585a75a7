import { isKnownZone, offsetSeconds } from './offsets.js';
import type { ChangeOf } from './entry-change.js';
import { privateWorkspace } from './private-workspace.js';
import { WORKOUT_KINDS, type HealthCategory } from './workout-kinds.js';

/** What a person did for their health, whichever way it was told: an export, or an app that sends it. */
export interface HealthActivity {
  kind: 'workout' | 'mindfulness';
  /** Such as `Running`. */
  name: string;
  category: HealthCategory;
  /** Of the table of workouts, where it is known. */
  type: string | null;
  startedAt: Date;
  endedAt: Date;
  /** Seconds east of UTC that the teller's clock had. */
  offsetStartSeconds: number;
  offsetEndSeconds: number;
  /** The IANA zone it was done in, where that is told. */
  timeZone: string | null;
  notes: string | null;
}

export const HEALTH_SOURCE = 'apple_health';

/**
 * Exports know no ids, and apps give workouts names of their own in the language of the phone. What all of them agree on is the
 * second in which it began and the second in which it ended; and the kind, where it can be told from the name.
 */
function identityOf({ kind, type, startedAt, endedAt }: HealthActivity): HealthIdentity {
  const moment = `${kind}:${wholeSeconds(startedAt)}-${wholeSeconds(endedAt)}`;
  if (type !== null) return { own: `${moment}/${type}`, alike: [moment] };
  return { own: moment, alike: kind === 'workout' ? WORKOUT_KINDS.map((one) => `${moment}/${one.type}`) : [] };
}

/** Its own key, and those under which the same may have come in before. */
export interface HealthIdentity {
  own: string;
  alike: readonly string[];
}

/** What was done, under a key that is to be settled. */
export type HealthChange = ChangeOf<'import'> & { identity: HealthIdentity };

const wholeSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);

/** @param homeZone the zone that is meant where only an offset is told which it has at that instant */
export function healthImport(userId: number, activity: HealthActivity, homeZone: string): HealthChange {
  const identity = identityOf(activity);
  const key = { source: HEALTH_SOURCE, workspaceId: privateWorkspace(userId), externalId: identity.own };
  return {
    kind: 'import',
    identity,
    key,
    userId,
    content: {
      source: key.source,
      workspaceId: key.workspaceId,
      integrationId: null,
      projectId: null,
      projectExternalId: null,
      projectName: null,
      taskExternalId: null,
      taskName: null,
      description: activity.name,
      notes: activity.notes,
      tags: [],
      category: activity.category,
      isBillable: false,
      startedAt: activity.startedAt,
      endedAt: activity.endedAt,
      isRunning: false,
      timeZone: zoneOf(activity, homeZone),
      timePrecision: 'second',
    },
    offsets: { offsetStartSeconds: activity.offsetStartSeconds, offsetEndSeconds: activity.offsetEndSeconds },
  };
}

/** UTC keeps the offsets that were told. */
function zoneOf(activity: HealthActivity, homeZone: string): string {
  if (activity.timeZone !== null && isKnownZone(activity.timeZone)) return activity.timeZone;
  const isAtHome =
    offsetSeconds(activity.startedAt, homeZone) === activity.offsetStartSeconds &&
    offsetSeconds(activity.endedAt, homeZone) === activity.offsetEndSeconds;
  return isAtHome ? homeZone : 'UTC';
}
