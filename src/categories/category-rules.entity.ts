import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { modifiedAt } from '../database/columns.js';
import type { CategoryRule } from './category-rule.js';

/** A user's own rules; no row for whoever has the general ones. */
@Entity('category_rules')
@ForeignKey('users', ['userId'], ['id'], { name: 'category_rules_user_fk', onDelete: 'CASCADE' })
@Check('category_rules_list', `jsonb_typeof(rules) = 'array'`)
export class CategoryRulesRow {
  @PrimaryColumn('bigint', { name: 'user_id', primaryKeyConstraintName: 'category_rules_pk' })
  userId: number;

  @Column('jsonb')
  rules: CategoryRule[];

  @Column(modifiedAt)
  modifiedAt: Date;
}
