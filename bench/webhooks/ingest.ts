import { randomBytes } from 'node:crypto';
import type { WebhookReport } from '../../src/integrations/contract/webhooks.js';
import { InboxRepository } from '../../src/webhooks/inbox.repository.js';
import { receiptOf } from '../../src/webhooks/receipt.js';
import type { Benchmark } from '../benchmark.js';
import { startApplication } from '../support/application.js';
import { httpRequest } from '../support/load-job.js';
import { HOW_TO_GET_PGBENCH } from '../support/pgbench.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import { statementOf, withExpressions } from '../support/statements.js';
import type { World } from '../support/world.js';
import { APPLICATION, CONNECTIONS, PGBENCH, served } from '../logs/contenders.js';
import { clockifyDelivery, keptHeaders } from './clockify-delivery.js';

const PLAIN = 'pgbench, a plain insert';
const BAR = { atLeast: 0.8 };

/** Each edit is a delivery of its own, so the load may repeat it. */
const DELIVERY = clockifyDelivery();
const EVENT_TYPE = 'TIME_ENTRY_UPDATED';
const HEADERS = keptHeaders(EVENT_TYPE);

/** One delivery in each request: its proof, its reading, on disk before the answer. Nobody works them off meanwhile. */
export const ingest: Benchmark = {
  key: 'ingest',
  async run(world) {
    const application = await doors(world);
    const references = await referencesOf(world);
    const contenders = [application, ...references];
    const speeds = await takeTurns(contenders, world.turns);
    // Or whoever starts workers next has them to do.
    await world.client.query('truncate deliveries');
    const ours = speeds.get(application)!;
    const comparisons = references.map((reference) => {
      const bar = reference.name === PGBENCH ? BAR : undefined;
      return compare(ours, { name: reference.name, speeds: speeds.get(reference)!, bar });
    });
    return {
      title: 'deliveries taken',
      speeds: contenders.map((contender) => ({ name: contender.name, speed: medianSpeed(speeds.get(contender)!) })),
      comparisons:
        comparisons.length > 0
          ? comparisons
          : [{ reference: PGBENCH, ratio: null, bar: BAR, missing: HOW_TO_GET_PGBENCH }],
    };
  },
};

/** A process that only answers. */
async function doors(world: World): Promise<Contender> {
  const token = randomBytes(24).toString('hex');
  const { children, databaseUrl, folder } = world;
  const env = { ROLE: 'api', CLOCKIFY_SECRET_TOKEN_EDIT: token };
  const app = await startApplication(children, { databaseUrl, folder, name: 'doors', env });
  const headers = { 'Clockify-Signature': token, 'Clockify-Webhook-Event-Type': EVENT_TYPE };
  const request = httpRequest('POST', '/webhook/clockify/edit', { headers, body: DELIVERY });
  return served(
    world,
    APPLICATION,
    app,
    Array.from({ length: CONNECTIONS }, () => [request]),
  );
}

/** The application's own statement with one row, and the least that an insert of such a row can be. */
async function referencesOf({ pgbench }: World): Promise<Contender[]> {
  if (pgbench === null) return [];
  const raw = Buffer.from(JSON.stringify(DELIVERY));
  const variables = {
    raw: `\\x${raw.toString('hex')}`,
    length: raw.length,
    headers: JSON.stringify(HEADERS),
    workspace: DELIVERY.workspaceId,
    entry: DELIVERY.id,
    zeros: `\\x${'00'.repeat(32)}`,
  };
  const statement = await statementOf((database) => new InboxRepository(database).store([oneRow(raw)]));
  const same = withExpressions(statement, [
    `array['clockify']`,
    `array['edit']`,
    'array[:workspace::text]',
    'array[:entry::text]',
    'array[false]',
    KEY,
    ':zeros::bytea',
    ':raw::bytea',
    'array[1]',
    'array[:length::int]',
    'array[:headers::text]',
    `array['pending']`,
    'array[1]',
    'array[1]',
    'array[null]',
    'array[false]',
  ]);
  return [
    { name: PGBENCH, measure: (seconds) => pgbench.measure(`${same};`, variables, seconds) },
    { name: PLAIN, measure: (seconds) => pgbench.measure(PLAIN_INSERT, variables, seconds) },
  ];
}

const KEY = `sha256(convert_to(random()::text || :client_id::text, 'UTF8'))`;

const PLAIN_INSERT = `insert into deliveries (provider, event, workspace_id, external_id, dedup_key, raw, headers)
  values ('clockify', 'edit', :workspace::text, :entry::text, ${KEY}, :raw::bytea, :headers::jsonb)
  on conflict (provider, dedup_key) do nothing returning id;`.replaceAll(/\s+/g, ' ');

function oneRow(raw: Buffer) {
  const report = {
    entry: { workspaceId: DELIVERY.workspaceId, externalId: DELIVERY.id, start: new Date(0), end: null, tags: [] },
    account: { accountId: DELIVERY.userId, name: '', status: '' },
  } as unknown as WebhookReport;
  const receipt = receiptOf({ provider: 'clockify', raw, headers: HEADERS, receivedAt: new Date(0) }, 'edit', report);
  return { receipt, key: receipt.dedupKey, as: receipt.state, count: 1 };
}
