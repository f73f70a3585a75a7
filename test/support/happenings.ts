import fc from 'fast-check';
import type { ProviderUnderContract } from '../contract/harness.js';
import type { LogItem } from './app-caller.js';
import type { Member, ServiceApp } from './service-app.js';
import { at } from './toggl.js';

/** Half an hour in the morning, and eleven minutes before midnight. */
const slot = fc.nat(60);
/** Chooses among the entries there are. */
const which = fc.nat(9);
const write = fc.constantFrom('create' as const, 'update' as const, 'delete' as const);
const kind = <const K extends string, T extends object>(name: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record({ kind: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<{ kind: K } & T>;

const ANYWHERE = [
  kind('log', { slot }),
  kind('log-sent-twice', { slot }),
  // Made likely on purpose: a create that is carried out and never answered, then whatever comes next.
  kind('lost-log', { slot }),
  kind('edit', { which, text: fc.constantFrom('x', 'y', 'z') }),
  kind('move', { which, slot }),
  kind('remove', { which }),
  kind('begin', {}),
  kind('finish', { which }),
  kind('app-log', { slot }),
  kind('app-edit', { which, text: fc.constantFrom('p', 'q', 'r') }),
  kind('app-move', { which, slot }),
  kind('app-remove', { which }),
  kind('edited-on-both-sides', { which }),
  kind('lost-answer', { write }),
  kind('outage', { times: fc.nat(3) }),
  kind('deliver', {}),
  kind('sync', {}),
  kind('sync-twice-at-once', {}),
] as const;
const WITH_TIMERS = [kind('app-begin', {}), kind('app-finish', {})] as const;

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type Happening = ValueOf<(typeof ANYWHERE)[number] | (typeof WITH_TIMERS)[number]>;

/** What may happen between two syncs, in any order. */
export const happening = ({ timer }: ProviderUnderContract): fc.Arbitrary<Happening> =>
  fc.oneof(...(timer === null ? ANYWHERE : [...ANYWHERE, ...WITH_TIMERS]));

type Play<K extends Happening['kind']> = (
  world: ServiceApp,
  ana: Member,
  what: Extract<Happening, { kind: K }>,
) => Promise<unknown>;

const LOGS = '/v1/resources/logs';
const METHODS = { create: ['POST'], update: ['PUT', 'PATCH'], delete: ['DELETE'] };
let names = 0;

const startOf = (of: number): number => (of > 50 ? at('00:00:00') - (61 - of) * 60 : at('06:00:00') + of * 60);
const times = (of: number, minutes: number) => ({ start: startOf(of), end: startOf(of) + minutes * 60 });
const pick = <T>(list: readonly T[], which: number): T | undefined => list[which % Math.max(list.length, 1)];

const logOf = async (world: ServiceApp, ana: Member, which: number): Promise<LogItem | undefined> =>
  pick(await world.listLogs(ana), which);

const idThere = ({ account }: Member, which: number): string | undefined => pick(account.heldIds(), which);

const writeLog = (world: ServiceApp, ana: Member, fields: object, headers?: Record<string, string>) =>
  world.addLog(ana, { task: `log ${++names}`, ...world.placeOf(ana), ...fields }, '', headers);

async function change(world: ServiceApp, ana: Member, which: number, fields: object): Promise<void> {
  const log = await logOf(world, ana, which);
  if (log) await world.call(ana, 'PUT', `${LOGS}/${log.id}`, fields);
}

const secondOf = (world: ServiceApp): Date => new Date(Math.floor(world.clock.now().getTime() / 1000) * 1000);

const runningThere = ({ account }: Member): string | undefined =>
  account.heldIds().find((id) => account.held(id)!.end === null);

const PLAYS: { [K in Happening['kind']]: Play<K> } = {
  log: (world, ana, { slot }) => writeLog(world, ana, times(slot, 10)),
  'log-sent-twice': (world, ana, { slot }) => {
    const fields = { task: `log ${++names}`, ...times(slot, 10) };
    const key = { 'idempotency-key': `key-${names}` };
    const once = () => writeLog(world, ana, fields, key);
    return Promise.all([once(), once()]);
  },
  'lost-log': async (world, ana, { slot }) => {
    loseAnswer(world, 'create');
    await writeLog(world, ana, times(slot, 10));
    await world.deliver();
  },
  edit: (world, ana, { which, text }) => change(world, ana, which, { task: `${text}${++names}` }),
  move: (world, ana, { which, slot }) => change(world, ana, which, times(slot, 7)),
  remove: async (world, ana, { which }) => {
    const log = await logOf(world, ana, which);
    if (log) await world.call(ana, 'DELETE', `${LOGS}/${log.id}`);
  },
  begin: (world, ana) => writeLog(world, ana, { start: secondOf(world).getTime() / 1000 }),
  finish: (world, ana) => finishAll(world, ana),
  'app-log': async (_world, { account }, { slot }) => {
    const [start, stop] = [startOf(slot), startOf(slot) + 300].map((seconds) => new Date(seconds * 1000));
    account.startElsewhere({ description: `app ${++names}`, start: start!, stop });
  },
  'app-edit': async (_world, ana, { which, text }) => {
    const id = idThere(ana, which);
    if (id) ana.account.renameElsewhere(id, `${text}${++names}`);
  },
  'app-move': async (_world, ana, { which, slot }) => {
    const id = idThere(ana, which);
    if (!id || ana.account.held(id)!.end === null) return;
    // Within one day: the app of a service that keeps days would have to write the second day by hand.
    const [start, stop] = [startOf(slot % 50), startOf(slot % 50) + 420].map((seconds) => new Date(seconds * 1000));
    ana.account.moveElsewhere(id, { start: start!, stop: stop! });
  },
  'app-remove': async (_world, ana, { which }) => {
    const id = idThere(ana, which);
    if (id) ana.account.deleteElsewhere(id);
  },
  'app-begin': async (world, { account }) =>
    void account.startElsewhere({ description: `app ${++names}`, start: secondOf(world) }),
  'app-finish': async (world, ana) => {
    const id = runningThere(ana);
    if (id) ana.account.stopElsewhere(id, secondOf(world));
  },
  'edited-on-both-sides': async (world, ana, { which }) => {
    await happen(world, ana, { kind: 'app-edit', which, text: 'p' });
    await happen(world, ana, { kind: 'edit', which, text: 'x' });
    await happen(world, ana, { kind: 'sync' });
  },
  'lost-answer': async (world, _ana, { write }) => loseAnswer(world, write),
  outage: async (world, _ana, { times }) => world.simulator.faults.add({ times, action: { status: 503, body: '' } }),
  deliver: (world) => world.deliver(),
  sync: (world, ana) => sync(world, ana),
  'sync-twice-at-once': (world, ana) => Promise.all([sync(world, ana), sync(world, ana)]),
};

const sync = (world: ServiceApp, ana: Member, body?: object) => world.call(ana, 'POST', '/v1/rpc/sync', body);

/** The next write of that kind is carried out and never answered. */
function loseAnswer(world: ServiceApp, write: keyof typeof METHODS): void {
  world.simulator.faults.add({
    when: ({ method, path }) => METHODS[write].includes(method) && !path.includes('/oauth/'),
    action: 'create-then-reset',
  });
}

export async function happen<K extends Happening['kind']>(
  world: ServiceApp,
  ana: Member,
  what: Extract<Happening, { kind: K }>,
): Promise<void> {
  world.clock.advance(1000);
  await (PLAYS[what.kind] as Play<K>)(world, ana, what);
}

async function finishAll(world: ServiceApp, ana: Member): Promise<void> {
  const end = secondOf(world).getTime() / 1000;
  for (const log of await world.listLogs(ana)) {
    if (log.end === null) await world.call(ana, 'PUT', `${LOGS}/${log.id}`, { end: Math.max(end, log.start + 60) });
  }
}

/** The service is well again and nothing runs: what waits is sent, and the days are walked. */
export async function settle(world: ServiceApp, ana: Member): Promise<void> {
  world.simulator.faults.clear();
  for (let round = 0; round < 3; round++) {
    await world.app.database.execute(`update pushes set next_at = now() where state in ('pending', 'unknown')`);
    await world.deliver();
    world.clock.advance(1000);
    await sync(world, ana, { integration_id: ana.integrationId, days: 7 });
    await finishAll(world, ana);
  }
}

const shape = (text: string, start: number, end: number | null): string => `${start}-${end ?? ''} ${text}`;

export async function whatIsHere(world: ServiceApp, ana: Member): Promise<string[]> {
  const logs = await world.listLogs(ana);
  return logs.map((log) => shape(log.task, log.start, log.end)).sort();
}

export const whatIsThere = ({ account }: Member): string[] =>
  account
    .heldIds()
    .map((id) => account.held(id)!)
    .map(({ description, start, end }) =>
      shape(description, start.getTime() / 1000, end === null ? null : end.getTime() / 1000),
    )
    .sort();
