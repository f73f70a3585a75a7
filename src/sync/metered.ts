import type { QuotaReading } from '../integrations/contract/provider.js';
import type { CallMeter } from '../integrations/contract/quotas.js';
import type { OpenIntegration } from '../integrations/integrations.service.js';

/** The same integration, its calls counted. */
export const meteredBy = (open: OpenIntegration, meter: CallMeter): OpenIntegration => ({
  ...open,
  connection: { ...open.connection, meter },
});

export const quotasOf = async ({ provider, connection }: OpenIntegration): Promise<QuotaReading[]> =>
  (await provider.quotas?.(connection)) ?? [];
