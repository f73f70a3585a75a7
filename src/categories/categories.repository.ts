import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable } from '../database/database.js';
import type { CategoryRule } from './category-rule.js';

interface Row {
  user_id: number;
  rules: CategoryRule[];
}

const OF_USER = prepared('categories.of_user', 'select user_id, rules from category_rules where user_id = $1');

@Injectable()
export class CategoriesRepository {
  constructor(private readonly database: Database) {}

  async find(userId: number, queryable?: Queryable): Promise<CategoryRule[] | null> {
    const row =
      queryable === undefined
        ? await this.database.lookUp<Row & Record<string, unknown>>(OF_USER, [userId])
        : (await queryable.query<Row>(OF_USER, [userId]))[0];
    return row?.rules ?? null;
  }

  /** Everybody's who has rules of their own. */
  async findAll(): Promise<Map<number, CategoryRule[]>> {
    const rows = await this.database.query<Row>('select user_id, rules from category_rules');
    return new Map(rows.map(({ user_id: userId, rules }) => [userId, rules]));
  }

  async save(userId: number, rules: readonly CategoryRule[]): Promise<void> {
    await this.database.execute(
      `insert into category_rules (user_id, rules) values ($1, $2)
       on conflict (user_id) do update set rules = excluded.rules, modified_at = now()`,
      [userId, JSON.stringify(rules)],
    );
  }

  async remove(userId: number): Promise<void> {
    await this.database.execute('delete from category_rules where user_id = $1', [userId]);
  }
}
