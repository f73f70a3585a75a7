import type { CategoryRule } from './category-rule.js';

/** The rules of whoever has none of their own. `work` stands first, yet *housework* is no *work*: words are whole. */
export const DEFAULT_RULES: readonly CategoryRule[] = [
  { keywords: ['work'], category: 'Work' },
  { keywords: ['coding', 'development', 'programming'], category: 'Coding' },
  { keywords: ['sport', 'exercise', 'gym', 'fitness'], category: 'Sport' },
  { keywords: ['reading'], category: 'Read' },
  { keywords: ['entertainment', 'netflix', 'youtube'], category: 'Entertainment' },
  { keywords: ['housework', 'cleaning', 'cooking'], category: 'Housework' },
  { keywords: ['yoga', 'meditation'], category: 'Yoga' },
  { keywords: ['walking'], category: 'Walking' },
  { keywords: ['music', 'practice'], category: 'Music' },
];
