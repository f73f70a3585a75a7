import { Injectable } from '@nestjs/common';
import { Database, prepared, type Tx } from '../database/database.js';
import type { RemoteProject } from '../integrations/contract/remote-entry.js';
import { searchKey } from './search-key.js';

export interface ProjectItem {
  id: number;
  integration_id: number;
  name: string;
  external_id: string;
  provider: string;
  client: string | null;
  archived: boolean;
}

export interface FetchState {
  id: number;
  name: string;
  provider: string;
  state: string;
  last_error: string | null;
  projects_fetched_at: Date | null;
  projects_error: string | null;
  /** Seconds since the last complete fetch. */
  age_seconds: number | null;
}

/** Best match first: the whole name, its beginning, the beginning of a word, inside a word, then what is written alike. */
const LIST = prepared(
  'projects.list',
  `select p.id, p.integration_id, p.name, p.external_id, i.provider, p.client, p.is_archived as archived
   from projects p join integrations i on i.id = p.integration_id
   where i.user_id = $1 and i.removed_at is null and p.gone_at is null and ($3::bigint is null or i.id = $3)
   order by
     case when $2 = '' then 0 else
       case when p.search_key = $2 then 4
            when starts_with(p.search_key, $2) then 3
            when position(' ' || $2 in p.search_key) > 0 then 2
            when position($2 in p.search_key) > 0 then 1
            else 0 end end desc,
     case when $2 = '' then 0
          else greatest(similarity(p.search_key, $2), word_similarity($2, p.search_key)) end desc,
     p.is_archived, p.name, p.id
   limit $4`,
);

/** What was found a day ago is noted anew; sooner it is not worth a write. */
const UPSERT = prepared(
  'projects.upsert',
  `insert into projects (integration_id, external_id, name, client, is_archived, search_key, found_at)
   select $1, r.external_id, r.name, r.client, r.is_archived, r.search_key, case when $7 then now() end
   from unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[])
     as r (external_id, name, client, is_archived, search_key)
   order by r.external_id
   on conflict (integration_id, external_id) do update set
     name = excluded.name, client = excluded.client, is_archived = excluded.is_archived,
     search_key = excluded.search_key, gone_at = null, modified_at = now(),
     found_at = coalesce(excluded.found_at, projects.found_at)
   where (projects.name, projects.client, projects.is_archived, projects.gone_at)
     is distinct from (excluded.name, excluded.client, excluded.is_archived, null::timestamptz)
     or ($7 and (projects.found_at is null or projects.found_at < now() - interval '1 day'))`,
);

/** What a search has found within a month is in no list, and has not gone for that. */
const MARK_GONE = prepared(
  'projects.mark_gone',
  `update projects set gone_at = now(), modified_at = now()
   where integration_id = $1 and gone_at is null and external_id <> all($2)
     and (found_at is null or found_at < now() - interval '30 days')`,
);

@Injectable()
export class ProjectsRepository {
  constructor(private readonly database: Database) {}

  list(userId: number, query: string, integrationId: number | null, limit: number | null): Promise<ProjectItem[]> {
    return this.database.query<ProjectItem>(LIST, [userId, searchKey(query), integrationId, limit]);
  }

  fetchStates(userId: number, integrationId: number | null): Promise<FetchState[]> {
    return this.database.query<FetchState>(
      prepared(
        'projects.fetch_states',
        `select id, name, provider, state, last_error, projects_fetched_at, projects_error,
           extract(epoch from now() - projects_fetched_at)::float8 as age_seconds
         from integrations where user_id = $1 and removed_at is null and ($2::bigint is null or id = $2) order by id`,
      ),
      [userId, integrationId],
    );
  }

  /** Replaces what is known of an integration's projects by a complete list. */
  async replaceAll(integrationId: number, projects: readonly RemoteProject[], tx: Tx): Promise<void> {
    await this.upsert(integrationId, projects, false, tx);
    await tx.execute(MARK_GONE, [integrationId, projects.map((project) => project.externalId)]);
    await tx.execute('update integrations set projects_fetched_at = now(), projects_error = null where id = $1', [
      integrationId,
    ]);
  }

  /** Adds what a search has found to what is known; nothing is said about the others. */
  addFound(integrationId: number, projects: readonly RemoteProject[], tx: Tx): Promise<void> {
    return this.upsert(integrationId, projects, true, tx);
  }

  /** Whether the projects of an integration have never been asked for to an end. */
  async isUnfetched(integrationId: number): Promise<boolean> {
    const rows = await this.database.query(
      prepared(
        'projects.unfetched',
        'select from integrations where id = $1 and projects_fetched_at is null and projects_error is null',
      ),
      [integrationId],
    );
    return rows.length > 0;
  }

  async noteFailure(integrationId: number, message: string): Promise<void> {
    await this.database.execute('update integrations set projects_error = $2 where id = $1', [integrationId, message]);
  }

  async findOwned(userId: number, projectId: number): Promise<ProjectItem | null> {
    const [row] = await this.database.query<ProjectItem>(
      prepared(
        'projects.owned',
        `select p.id, p.integration_id, p.name, p.external_id, i.provider, p.client, p.is_archived as archived
         from projects p join integrations i on i.id = p.integration_id
         where p.id = $2 and i.user_id = $1 and i.removed_at is null`,
      ),
      [userId, projectId],
    );
    return row ?? null;
  }

  async findByExternalIds(
    integrationId: number,
    externalIds: readonly string[],
  ): Promise<Map<string, { id: number; name: string }>> {
    const rows = await this.database.query<{ id: number; name: string; external_id: string }>(
      prepared(
        'projects.by_externals',
        'select id, name, external_id from projects where integration_id = $1 and external_id = any($2)',
      ),
      [integrationId, externalIds],
    );
    return new Map(rows.map((row) => [row.external_id, { id: row.id, name: row.name }]));
  }

  async findByExternalId(integrationId: number, externalId: string): Promise<{ id: number; name: string } | null> {
    const [row] = await this.database.query<{ id: number; name: string }>(
      prepared('projects.by_external', 'select id, name from projects where integration_id = $1 and external_id = $2'),
      [integrationId, externalId],
    );
    return row ?? null;
  }

  private async upsert(
    integrationId: number,
    projects: readonly RemoteProject[],
    isFound: boolean,
    tx: Tx,
  ): Promise<void> {
    const byId = [...new Map(projects.map((project) => [project.externalId, project])).values()];
    await tx.execute(UPSERT, [
      integrationId,
      byId.map((project) => project.externalId),
      byId.map((project) => project.name),
      byId.map((project) => project.client),
      byId.map((project) => project.isArchived),
      byId.map((project) => searchKey(project.name)),
      isFound,
    ]);
  }
}
