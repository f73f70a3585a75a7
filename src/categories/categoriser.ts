import { UNKNOWN_WORKOUT, workoutKind } from '../time-entries/workout-kinds.js';
import { HEALTH_SOURCES } from '../time-entries/team-view.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { OTHER, type CategoryRule } from './category-rule.js';
import { folded, hasWholeWords } from '../common/whole-words.js';
import { WORKOUT_RULES } from './workout-rules.js';

/** What a category is read from. */
export type Categorisable = Pick<TimeEntry, 'source' | 'projectName' | 'description' | 'category'> & {
  tags: readonly string[];
};

interface Keyword {
  keyword: string;
  category: string;
}

/** Projects and tags come again and again, so what was found in a text is remembered. */
const REMEMBERED = 2000;

/**
 * Finds the category of entries by one person's rules. What somebody said of an entry itself goes before every rule. A
 * health app's entries are workouts: behind a person's own rules stands what kind of workout it was.
 */
export class Categoriser {
  private readonly general: Matcher;
  private readonly health: Matcher;

  /** @param own rules of the person; `null` for one who has the general ones of `defaults` */
  constructor(own: readonly CategoryRule[] | null, defaults: readonly CategoryRule[]) {
    this.general = new Matcher(own ?? defaults);
    this.health = new Matcher([...(own ?? []), ...WORKOUT_RULES]);
  }

  categoryOf(entry: Categorisable): string {
    const isHealth = HEALTH_SOURCES.has(entry.source);
    // What an import has said by the table of workouts, nobody has said.
    const isByTable = isHealth && entry.category === categoryOfWorkout(entry.description);
    if (entry.category !== null && !isByTable) return entry.category;
    const matcher = isHealth ? this.health : this.general;
    return matcher.firstIn(textsOf(entry)) ?? (isHealth ? UNKNOWN_WORKOUT : OTHER);
  }
}

/** The category of a workout by its name or identifier. */
export const categoryOfWorkout = (type: string): string => workoutKind(type)?.category ?? UNKNOWN_WORKOUT;

/** What is most deliberate first: a project is chosen, a description is typed in passing. */
const textsOf = ({ projectName, tags, description }: Categorisable): string[] => [
  ...(projectName === null ? [] : [projectName]),
  ...tags,
  description,
];

class Matcher {
  private readonly keywords: readonly Keyword[];
  private readonly found = new Map<string, string | null>();

  constructor(rules: readonly CategoryRule[]) {
    this.keywords = rules.flatMap(({ keywords, category }) =>
      keywords.map((keyword) => ({ keyword: folded(keyword), category })),
    );
  }

  /** The first rule that matches the first text that matches any. */
  firstIn(texts: readonly string[]): string | null {
    for (const text of texts) {
      const category = this.find(text);
      if (category !== null) return category;
    }
    return null;
  }

  private find(text: string): string | null {
    const known = this.found.get(text);
    if (known !== undefined) return known;
    const inText = folded(text);
    const match = this.keywords.find(({ keyword }) => hasWholeWords(inText, keyword));
    if (this.found.size >= REMEMBERED) this.found.clear();
    this.found.set(text, match?.category ?? null);
    return match?.category ?? null;
  }
}
