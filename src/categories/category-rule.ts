/** Any of the keywords, as whole words, makes it this category. */
export interface CategoryRule {
  keywords: readonly string[];
  category: string;
}

/** What matches no rule. */
export const OTHER = 'Other';
