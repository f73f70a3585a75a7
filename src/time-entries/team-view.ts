/** The service in whose ids coordinators speak of people and sessions. */
export const TEAM_PROVIDER = 'clockify';

/** Sources that tell of a person's body. */
export const HEALTH_SOURCES = ['apple_health'] as const;

/**
 * What coordinators and their reports may see, as a condition on `te` (time_entries) and `u` (its users): health entries belong
 * to their owner alone unless the owner shares them.
 */
export const SEEN_BY_TEAM = `te.version > 0
  and (te.source not in (${HEALTH_SOURCES.map((source) => `'${source}'`).join(', ')}) or u.settings -> 'share_health' = 'true')`;
