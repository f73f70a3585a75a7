import { Injectable, Logger } from '@nestjs/common';
import { withinMilliseconds } from '../common/deadline.js';
import { messageOf } from '../common/errors.js';
import { Transactions } from '../database/transactions.js';
import { ProviderError } from '../integrations/contract/provider-error.js';
import type { ProjectSearchCapability } from '../integrations/contract/provider.js';
import { warningAbout, type IntegrationWarning } from '../integrations/integration-warning.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { ProjectsRepository } from './projects.repository.js';
import { searchKey } from './search-key.js';

/** Whoever searches waits no longer than this for a service; what it finds later is there the next time. */
const ANSWER_MILLISECONDS = 8000;
const MOST_FOUND = 50;
/** Who types a word asks for it again and again, and calls cost credits. */
const FRESH_MILLISECONDS = 5000;

type Searchable = OpenIntegration & { provider: { projectSearch: ProjectSearchCapability } };

/** Asks the services whose projects are too many to be listed, and keeps what they find under ids of ours. */
@Injectable()
export class ProjectSearches {
  private readonly logger = new Logger('Projects');
  /** The oldest first. */
  private readonly recent = new Map<string, { begunAt: number; search: Promise<string | null> }>();

  constructor(
    private readonly repository: ProjectsRepository,
    private readonly integrations: IntegrationsService,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Searches at every connected service that can, or at one of them alone.
   * @returns one warning for each that did not answer in time or not well
   */
  async search(userId: number, query: string, integrationId: number | null): Promise<IntegrationWarning[]> {
    if (searchKey(query) === '') return [];
    const open = (await this.integrations.openAll(userId)).filter(isSearchable);
    const asked = open.filter(({ integration }) => integrationId === null || integration.id === integrationId);
    const warnings = await Promise.all(asked.map((one) => this.searchOne(one, query)));
    return warnings.filter((warning) => warning !== null);
  }

  private async searchOne(open: Searchable, query: string): Promise<IntegrationWarning | null> {
    const { integration } = open;
    const problem = await withinMilliseconds(ANSWER_MILLISECONDS, this.once(open, query));
    if (problem === undefined) return warningAbout(integration, `${integration.name} did not answer in time.`);
    return problem === null ? null : warningAbout(integration, `${integration.name} could not be searched: ${problem}`);
  }

  /** The same search within seconds is made once, unless it went wrong. */
  private once(open: Searchable, query: string): Promise<string | null> {
    const now = performance.now();
    for (const [key, { begunAt }] of this.recent) {
      if (now - begunAt < FRESH_MILLISECONDS) break;
      this.recent.delete(key);
    }
    const key = `${open.integration.id}/${searchKey(query)}`;
    const known = this.recent.get(key);
    if (known !== undefined) return known.search;
    const search = this.find(open, query).then((problem) => {
      if (problem !== null) this.recent.delete(key);
      return problem;
    });
    this.recent.set(key, { begunAt: now, search });
    return search;
  }

  /** Never rejects. @returns what went wrong, in words for the user, or `null` */
  private async find({ integration, provider, connection }: Searchable, query: string): Promise<string | null> {
    try {
      const found = await provider.projectSearch.searchProjects(connection, query, MOST_FOUND);
      if (found.length > 0) {
        await this.transactions.run((tx) => this.repository.addFound(integration.id, found, tx));
      }
      return null;
    } catch (error) {
      if (!(error instanceof ProviderError)) {
        this.logger.error(`Search at integration ${integration.id}: ${messageOf(error)}`);
        return 'something went wrong on our side.';
      }
      if (error.kind === 'invalid_credentials') await this.integrations.needsReauth(integration, error.message);
      return error.message;
    }
  }
}

const isSearchable = (open: OpenIntegration): open is Searchable => open.provider.projectSearch !== undefined;
