import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { withinMilliseconds } from '../common/deadline.js';
import { messageOf, notFound } from '../common/errors.js';
import { Leases } from '../database/leases.js';
import { Transactions } from '../database/transactions.js';
import { ProviderError } from '../integrations/contract/provider-error.js';
import { warningAbout, type IntegrationWarning } from '../integrations/integration-warning.js';
import { IntegrationsService, type OpenIntegration } from '../integrations/integrations.service.js';
import { ProjectSearches } from './project-searches.js';
import { ProjectsRepository, type FetchState, type ProjectItem } from './projects.repository.js';

const FRESH_SECONDS = 3600;
const FIRST_FETCH_MILLISECONDS = 10_000;

export interface ProjectSearch {
  query?: string;
  limit?: number;
  integrationId?: number;
  /** Ask the services again before answering. */
  refresh?: boolean;
}

/** What a log needs to know of its project. */
export type ProjectReference = Pick<ProjectItem, 'id' | 'integration_id' | 'external_id' | 'name'>;

/** The users' projects at all their services, kept here under ids of our own and refreshed in the background. */
@Injectable()
export class ProjectsService implements OnModuleInit {
  private readonly logger = new Logger('Projects');
  private readonly refreshing = new Map<number, Promise<void>>();

  constructor(
    private readonly repository: ProjectsRepository,
    private readonly integrations: IntegrationsService,
    private readonly leases: Leases,
    private readonly transactions: Transactions,
    private readonly searches: ProjectSearches,
  ) {}

  onModuleInit(): void {
    this.integrations.onConnected((integrationId) => this.refreshInBackground(integrationId));
  }

  /**
   * The best match first; without a limit all of them. The first call after connecting waits for the first fetch; when that
   * failed, later ones do not wait again. Services with too many projects to list are searched as well. A service that does not answer costs a warning, never the others' projects.
   */
  async search(
    userId: number,
    search: ProjectSearch,
  ): Promise<{ items: ProjectItem[]; warnings: IntegrationWarning[] }> {
    const integrationId = search.integrationId ?? null;
    if (integrationId !== null) await this.integrations.getOwned(userId, integrationId);
    const before = await this.repository.fetchStates(userId, integrationId);
    const awaited = before.filter((state) => search.refresh === true || isFirstFetch(state));
    this.refreshStale(before.filter((state) => !awaited.includes(state)));
    const query = search.query ?? '';
    const [unfinished, unsearched] = await Promise.all([
      this.awaitRefreshes(awaited.filter((state) => state.state === 'connected')),
      this.searches.search(userId, query, integrationId),
    ]);
    const hasMoved = awaited.length > 0 || unsearched.length > 0;
    const after = hasMoved ? await this.repository.fetchStates(userId, integrationId) : before;
    const items = await this.repository.list(userId, query, integrationId, search.limit ?? null);
    const unfetched = after.flatMap((state) => warningOf(state, unfinished.has(state.id)));
    return { items, warnings: onePerService([...unfetched, ...unsearched]) };
  }

  /** @throws DomainError 404 when it does not exist or belongs to somebody else */
  async getOwned(userId: number, projectId: number): Promise<ProjectReference> {
    const project = await this.repository.findOwned(userId, projectId);
    if (project === null) throw notFound('PROJECT.NOT_FOUND', 'There is no such project.');
    return project;
  }

  /**
   * Right after connecting it waits for the first fetch: an entry that is read without its project would get it only when it is
   * read again. Makes calls, so never inside a transaction.
   */
  async findByExternalIds(
    integrationId: number,
    externalIds: readonly string[],
  ): Promise<Map<string, { id: number; name: string }>> {
    const known = await this.repository.findByExternalIds(integrationId, externalIds);
    if (externalIds.every((id) => known.has(id)) || !(await this.repository.isUnfetched(integrationId))) return known;
    await withinMilliseconds(FIRST_FETCH_MILLISECONDS, this.refresh(integrationId));
    return this.repository.findByExternalIds(integrationId, externalIds);
  }

  findByExternalId(integrationId: number, externalId: string): Promise<{ id: number; name: string } | null> {
    return this.repository.findByExternalId(integrationId, externalId);
  }

  /** @returns the integrations that are still being fetched after 10 s */
  private async awaitRefreshes(states: readonly FetchState[]): Promise<ReadonlySet<number>> {
    const unfinished = new Set(states.map(({ id }) => id));
    const refreshes = states.map(({ id }) => this.refresh(id).then(() => unfinished.delete(id)));
    await withinMilliseconds(FIRST_FETCH_MILLISECONDS, Promise.all(refreshes));
    return new Set(unfinished);
  }

  private refreshStale(states: readonly FetchState[]): void {
    for (const { id, age_seconds: age } of states) {
      if ((age ?? Infinity) > FRESH_SECONDS) this.refreshInBackground(id);
    }
  }

  private refreshInBackground(integrationId: number): void {
    void this.refresh(integrationId);
  }

  /** Never rejects: a failure is a warning of the next answer. Calls for one integration become one. */
  private refresh(integrationId: number): Promise<void> {
    const running = this.refreshing.get(integrationId);
    if (running !== undefined) return running;
    const refresh = this.fetch(integrationId)
      .catch((error: unknown) => this.logger.error(`Projects of integration ${integrationId}: ${messageOf(error)}`))
      .finally(() => this.refreshing.delete(integrationId));
    this.refreshing.set(integrationId, refresh);
    return refresh;
  }

  private async fetch(integrationId: number): Promise<void> {
    await this.leases.whileHolding(`projects/${integrationId}`, FIRST_FETCH_MILLISECONDS, async () => {
      const open = await this.integrations.open(integrationId);
      if (open === null) return;
      try {
        const projects = await open.provider.listProjects(open.connection);
        await this.transactions.run((tx) => this.repository.replaceAll(integrationId, projects, tx));
      } catch (error) {
        await this.noteFailure(open, error);
      }
    });
  }

  private async noteFailure({ integration }: OpenIntegration, error: unknown): Promise<void> {
    if (!(error instanceof ProviderError)) throw error;
    await this.repository.noteFailure(integration.id, error.message);
    if (error.kind === 'invalid_credentials') await this.integrations.needsReauth(integration, error.message);
  }
}

const onePerService = (warnings: readonly IntegrationWarning[]): IntegrationWarning[] =>
  warnings.filter(({ integration_id: id }, index) => warnings.findIndex((one) => one.integration_id === id) === index);

const isFirstFetch = (state: FetchState): boolean =>
  state.projects_fetched_at === null && state.projects_error === null;

function warningOf(state: FetchState, isStillFetching: boolean): IntegrationWarning[] {
  const message = reasonOf(state, isStillFetching);
  return message === null ? [] : [warningAbout(state, message)];
}

function reasonOf(state: FetchState, isStillFetching: boolean): string | null {
  if (state.state !== 'connected')
    return `${state.name} needs new credentials: ${state.last_error ?? 'they were refused'}`;
  if (isStillFetching) return `The projects of ${state.name} are still being fetched.`;
  if (state.projects_error !== null) return `${state.name} did not answer: ${state.projects_error}`;
  return null;
}
