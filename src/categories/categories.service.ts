import { Injectable } from '@nestjs/common';
import { unprocessable } from '../common/errors.js';
import type { Queryable } from '../database/database.js';
import { CategoriesRepository } from './categories.repository.js';
import { Categoriser } from './categoriser.js';
import { OTHER, type CategoryRule } from './category-rule.js';
import { DEFAULT_RULES } from './default-rules.js';
import { hasWord } from '../common/whole-words.js';

/** All keywords together: each is looked for in every text. */
const MOST_KEYWORDS = 500;

export interface CategoryRules {
  rules: readonly CategoryRule[];
  /** The user has none of their own. */
  isDefault: boolean;
}

const GENERAL = new Categoriser(null, DEFAULT_RULES);

/** Which category time belongs to. It is never stored: a changed rule is seen everywhere at once, in old entries too. */
@Injectable()
export class CategoriesService {
  constructor(private readonly repository: CategoriesRepository) {}

  async getRules(userId: number): Promise<CategoryRules> {
    return described(await this.repository.find(userId));
  }

  /**
   * @param rules all of them, in their order; `null` for the general ones again
   * @throws DomainError 422 for a keyword without a letter or digit, and for too many of them
   */
  async replaceRules(userId: number, rules: readonly CategoryRule[] | null): Promise<CategoryRules> {
    if (rules === null) {
      await this.repository.remove(userId);
      return described(null);
    }
    const trimmed = rules.map(({ keywords, category }) => ({
      keywords: keywords.map((keyword) => keyword.trim()),
      category: category.trim(),
    }));
    refuseImpossible(trimmed);
    await this.repository.save(userId, trimmed);
    return described(trimmed);
  }

  /** By the rules of one person; read once for as many entries as there are. */
  async categoriserOf(userId: number, queryable?: Queryable): Promise<Categoriser> {
    return categoriserBy(await this.repository.find(userId, queryable));
  }

  /**
   * By the rules of whoever an entry belongs to, read once.
   * @param userId the only one who is asked about; `null` for everybody
   */
  async categorisersOf(userId: number | null): Promise<(userId: number) => Categoriser> {
    if (userId !== null) {
      const categoriser = await this.categoriserOf(userId);
      return () => categoriser;
    }
    const all = await this.repository.findAll();
    const made = new Map([...all].map(([userId, rules]) => [userId, categoriserBy(rules)]));
    return (userId) => made.get(userId) ?? GENERAL;
  }
}

const described = (own: readonly CategoryRule[] | null): CategoryRules => ({
  rules: own ?? DEFAULT_RULES,
  isDefault: own === null,
});

const categoriserBy = (own: readonly CategoryRule[] | null): Categoriser =>
  own === null ? GENERAL : new Categoriser(own, DEFAULT_RULES);

function refuseImpossible(rules: readonly CategoryRule[]): void {
  const keywords = rules.flatMap((rule) => rule.keywords);
  if (!keywords.every(hasWord)) {
    throw unprocessable('VALIDATION.IMPOSSIBLE', 'Every keyword must have a letter or a digit.');
  }
  if (rules.some(({ category }) => category === '')) {
    throw unprocessable('VALIDATION.IMPOSSIBLE', `A category must have a name; what no rule matches is ${OTHER}.`);
  }
  if (keywords.length > MOST_KEYWORDS) {
    throw unprocessable('VALIDATION.IMPOSSIBLE', `There must be at most ${MOST_KEYWORDS} keywords in all rules.`);
  }
}
