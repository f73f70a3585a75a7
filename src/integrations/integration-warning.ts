/** What one service could not tell or take: it stands beside an answer and never replaces it. */
export interface IntegrationWarning {
  integration_id: number;
  provider: string;
  /** One sentence for a person. */
  message: string;
}

export const warningAbout = (
  { id, provider }: { id: number; provider: string },
  message: string,
): IntegrationWarning => ({ integration_id: id, provider, message });
