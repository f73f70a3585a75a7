import { HEALTH_SOURCES } from '../team-view.js';

/** What has to be known of a person before anybody is told about their time. */
export interface Addressee {
  name: string;
  email: string | null;
  isEnabled: boolean;
  /** False: nobody is mailed about their time. */
  isNotified: boolean;
  settings: Readonly<Record<string, unknown>>;
}

/** Who is told about a session of this source: those who watch, and the person if they can be reached. */
export function recipientsOf(source: string | null, person: Addressee | null, watchers: readonly string[]): string[] {
  if (person === null) return [...watchers];
  if (!person.isNotified) return [];
  const isPrivate = source !== null && HEALTH_SOURCES.has(source) && person.settings.share_health !== true;
  const own = person.isEnabled && person.email !== null ? [person.email] : [];
  return [...(isPrivate ? [] : watchers), ...own];
}
