/** The service in whose ids coordinators speak of people and sessions. */
export const TEAM_PROVIDER = 'clockify';

/** Sources that tell of a person's body: their owner's alone, unless the owner shares them (`seen_by_team` in the database). */
export const HEALTH_SOURCES: ReadonlySet<string> = new Set(['apple_health']);
