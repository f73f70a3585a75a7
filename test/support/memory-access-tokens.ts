import type { Secret } from '../../src/common/secret.js';
import type { AccessTokens } from '../../src/integrations/contract/provider.js';

/** Access tokens of one process without a database, for tests of what stands on them. */
export class MemoryAccessTokens implements AccessTokens {
  private readonly tokens = new Map<string, Secret>();

  async get(
    credentialKey: string,
    refresh: () => Promise<{ token: Secret; expiresInSeconds: number }>,
    refused?: Secret,
  ): Promise<Secret> {
    const known = this.tokens.get(credentialKey);
    if (known !== undefined && known.reveal() !== refused?.reveal()) return known;
    const { token } = await refresh();
    this.tokens.set(credentialKey, token);
    return token;
  }
}
