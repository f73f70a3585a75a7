import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TogglApp, type Tracker } from '../support/toggl.js';
import { addPerson, type Person } from '../support/people.js';

interface Finding {
  id: string;
  kind: string;
  entries: number[];
  evidence: Record<string, unknown>;
  fixes: { fix: string; changes: { entry_id: number | null; start: number; end: number | null }[] }[];
}
interface Timeline {
  entries: { id: number; start: number; end: number | null; running: boolean; task: string; same_as: number | null }[];
  days: { seconds: number }[];
  findings: Finding[];
}
interface Fixed {
  finding_id: string;
  fix: string;
  state: string;
  entries: { id: number; start: number; end: number | null }[];
}

/** The app's clock stands at 2026-03-02T09:00Z; every test has days of its own. */
const when = (text: string) => Date.parse(`2026-${text}Z`) / 1000;

describe('findings of the timeline', () => {
  let world: TogglApp;
  let ana: Tracker;
  let berta: Person;

  beforeAll(async () => {
    world = await TogglApp.start();
    ana = await world.addTracker('ana');
    berta = await addPerson(world.app, 'berta');
  });

  afterAll(() => world.close());

  const add = (task: string, start: string, end: string, more: object = {}, person: Person = ana) =>
    world.addLog(person, { task, start: when(start), end: when(end), ...more });
  const look = async (day: string, person: Person = ana, more = ''): Promise<Timeline> => {
    const [from, to] = [when(`${day}T00:00`), when(`${day}T00:00`) + 86_400];
    return (await world.call<Timeline>(person, 'GET', `/v1/resources/timeline?from=${from}&to=${to}${more}`)).body
      .result;
  };
  const reported = async (day: string) => {
    const [from, to] = [when(`${day}T00:00`), when(`${day}T00:00`) + 86_400];
    const { body } = await world.call<{ totals: { seconds: number }; entries: { id: number }[] }>(
      ana,
      'GET',
      `/v1/resources/reports?from=${from}&to=${to}`,
    );
    return [body.result.totals.seconds, body.result.entries.map(({ id }) => id)];
  };
  const fix = (findingId: unknown, name: unknown, person: Person | null = ana) =>
    world.call<Fixed>(person, 'POST', '/v1/rpc/timeline/fix', { finding_id: findingId, fix: name });

  it('show an overlap with its evidence; a trim is a change of one’s own, in the history and at the service', async () => {
    const a = await add('a', '02-02T08:00', '02-02T10:00', { integration_id: ana.integrationId });
    const b = await add('b', '02-02T09:00', '02-02T11:00');
    const { findings } = await look('02-02');
    expect(findings).toEqual([
      {
        id: expect.stringMatching(`^overlap\\.${a.id}-${b.id}\\.`) as string,
        kind: 'overlap',
        entries: [a.id, b.id],
        ignored: false,
        evidence: { start: when('02-02T09:00'), end: when('02-02T10:00'), seconds: 3600 },
        fixes: [
          {
            fix: 'trim_first',
            changes: [{ entry_id: a.id, copy_of: null, start: when('02-02T08:00'), end: when('02-02T09:00') }],
          },
          {
            fix: 'trim_second',
            changes: [{ entry_id: b.id, copy_of: null, start: when('02-02T10:00'), end: when('02-02T11:00') }],
          },
          { fix: 'ignore', changes: [] },
        ],
      },
    ]);
    const answer = await fix(findings[0]!.id, 'trim_first');
    expect(answer).toMatchObject({
      status: 200,
      body: { result: { finding_id: findings[0]!.id, fix: 'trim_first', state: 'done' } },
    });
    expect(answer.body.result.entries.map(({ id, end }) => [id, end])).toEqual([
      [a.id, when('02-02T09:00')],
      [b.id, when('02-02T11:00')],
    ]);
    await world.deliver();
    const there = world.there(ana).find(({ description }) => description === 'a')!;
    expect(there).toMatchObject({ stop: when('02-02T09:00') });
    expect((await world.binnacle(a.id)).at(-1)).toMatchObject({
      action: 'edited',
      actor_kind: 'user',
      actor_id: String(ana.id),
      reason: 'timeline: trim_first',
      origin_kind: 'request',
      diff: { endedAt: { to: new Date(when('02-02T09:00') * 1000).toISOString() } },
    });
    const after = await look('02-02');
    expect(after.findings).toEqual([]);
    expect(after.days[0]!.seconds).toBe(3 * 3600);
  });

  it('are settled once, however often that is asked for', async () => {
    const a = await add('a', '02-03T08:00', '02-03T10:00');
    await add('b', '02-03T09:00', '02-03T11:00');
    const [found] = (await look('02-03')).findings;
    const answers = await Promise.all([1, 2, 3].map(() => fix(found!.id, 'trim_first')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ body }) => body.result.state).sort()).toEqual(['already_done', 'already_done', 'done']);
    expect(await world.binnacle(a.id)).toHaveLength(2);
    expect(await fix(found!.id, 'trim_second')).toMatchObject({ status: 409, body: { code: 'TIMELINE.FINDING_GONE' } });
  });

  it('are gone when the facts have changed', async () => {
    const a = await add('a', '02-04T08:00', '02-04T10:00');
    await add('b', '02-04T09:00', '02-04T11:00');
    const [found] = (await look('02-04')).findings;
    await world.call(ana, 'PUT', `/v1/resources/logs/${a.id}`, { end: when('02-04T10:01') });
    for (const name of ['trim_first', 'ignore']) {
      expect(await fix(found!.id, name)).toMatchObject({ status: 409, body: { code: 'TIMELINE.FINDING_GONE' } });
    }
    await world.call(ana, 'DELETE', `/v1/resources/logs/${a.id}`);
    expect((await fix(found!.id, 'trim_first')).status).toBe(409);
  });

  it('stay ignored, until the facts change', async () => {
    await add('a', '02-05T08:00', '02-05T09:00');
    const b = await add('b', '02-05T10:00', '02-05T11:00');
    const [gap] = (await look('02-05')).findings;
    expect(gap).toMatchObject({ kind: 'gap', evidence: { seconds: 3600, limit_seconds: 900 } });
    expect((await fix(gap!.id, 'ignore')).body.result.state).toBe('done');
    expect((await fix(gap!.id, 'ignore')).status).toBe(200);
    expect((await look('02-05')).findings).toEqual([]);
    await world.call(ana, 'PUT', `/v1/resources/logs/${b.id}`, { start: when('02-05T10:30') });
    const [other] = (await look('02-05')).findings;
    expect(other).toMatchObject({ kind: 'gap', evidence: { seconds: 5400 } });
    await add('c', '02-05T09:30', '02-05T10:00');
    expect(await fix(other!.id, 'ignore')).toMatchObject({ status: 409 });
  });

  it('that are ignored can be listed and taken back, as lines in the history', async () => {
    const a = await add('a', '02-19T08:00', '02-19T09:00');
    const b = await add('b', '02-19T10:00', '02-19T11:00');
    const [gap] = (await look('02-19')).findings;
    expect(await fix(gap!.id, 'unignore')).toMatchObject({ status: 422, body: { code: 'TIMELINE.FIX_NOT_OFFERED' } });
    const ignoring = await Promise.all([1, 2, 3].map(() => fix(gap!.id, 'ignore')));
    expect(ignoring.map(({ body }) => body.result.state).sort()).toEqual(['already_done', 'already_done', 'done']);
    expect((await look('02-19')).findings).toEqual([]);
    const listed = (await look('02-19', ana, '&ignored=true')).findings;
    expect(listed).toEqual([{ ...gap!, ignored: true, fixes: [{ fix: 'unignore', changes: [] }] }]);
    expect((await fix(gap!.id, 'unignore')).body.result.state).toBe('done');
    expect((await fix(gap!.id, 'unignore')).body.result.state).toBe('already_done');
    expect((await look('02-19')).findings).toEqual([gap]);
    for (const { id } of [a, b]) {
      const lines = (await world.binnacle(id)).slice(1);
      expect(lines.map(({ action, reason }) => `${action} ${String(reason)}`)).toEqual([
        'remarked timeline: ignore',
        'remarked timeline: unignore',
      ]);
    }
  });

  it('part an entry around another that lies inside it', async () => {
    const a = await add('long', '02-06T08:00', '02-06T12:00', { tags: ['deep'], integration_id: ana.integrationId });
    await add('inside', '02-06T09:00', '02-06T10:00');
    const [found] = (await look('02-06')).findings;
    expect((await fix(found!.id, 'split_first')).status).toBe(200);
    expect((await fix(found!.id, 'split_first')).body.result.state).toBe('already_done');
    const { entries, findings } = await look('02-06');
    expect(findings).toEqual([]);
    expect(entries.map(({ task, start, end }) => [task, start, end])).toEqual([
      ['long', a.start, when('02-06T09:00')],
      ['inside', when('02-06T09:00'), when('02-06T10:00')],
      ['long', when('02-06T10:00'), a.end],
    ]);
    await world.deliver();
    const there = world.there(ana).filter(({ description }) => description === 'long');
    expect(there.map(({ start, stop }) => [start, stop])).toEqual([
      [a.start, when('02-06T09:00')],
      [when('02-06T10:00'), a.end],
    ]);
  });

  it('count the same work here and at a service once, for as long as both are there', async () => {
    const a = await add('Landing page', '02-09T08:00', '02-09T10:00', { integration_id: ana.integrationId });
    const b = await add('landing page', '02-09T08:02', '02-09T10:00');
    const [found, ...others] = (await look('02-09')).findings;
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      kind: 'same_work',
      entries: [a.id, b.id],
      evidence: { seconds: 7080, start_difference_seconds: 120, end_difference_seconds: 0, similarity: 1 },
      fixes: [{ fix: 'link_same', changes: [{ entry_id: b.id, same_as: a.id }] }, { fix: 'ignore' }],
    });
    const pushesBefore = world.there(ana).length;
    expect((await fix(found!.id, 'link_same')).body.result.state).toBe('done');
    expect((await fix(found!.id, 'link_same')).body.result.state).toBe('already_done');
    const linked = await look('02-09');
    expect(linked.entries.map(({ id, same_as }) => [id, same_as])).toEqual([
      [a.id, null],
      [b.id, a.id],
    ]);
    expect(linked).toMatchObject({ days: [{ seconds: 7200 }], findings: [] });
    expect(await reported('02-09')).toEqual([7200, [a.id]]);
    expect((await world.binnacle(b.id)).at(-1)).toMatchObject({
      actor_id: String(ana.id),
      reason: 'timeline: link_same',
      diff: { sameAsEntryId: { from: null, to: a.id } },
    });
    await world.deliver();
    expect(world.there(ana)).toHaveLength(pushesBefore);
    expect((await fix(found!.id, 'unlink_same')).body.result.state).toBe('done');
    expect((await look('02-09')).findings.map(({ id }) => id)).toEqual([found!.id]);
    expect(await reported('02-09')).toEqual([7200 + 7080, [a.id, b.id]]);
    await fix(found!.id, 'link_same');
    await world.call(ana, 'DELETE', `/v1/resources/logs/${a.id}`);
    expect(await look('02-09')).toMatchObject({ days: [{ seconds: 7080 }], findings: [] });
    expect(await reported('02-09')).toEqual([7080, [b.id]]);
  });

  it('close a timer that was forgotten, there too, where the next entry began', async () => {
    const started = await world.timer(ana, 'start', { task: 'forgotten', integration_id: ana.integrationId });
    const { id } = started.body.result;
    await world.call(ana, 'PUT', `/v1/resources/logs/${id}`, { start: when('02-10T08:00') });
    await world.deliver();
    const next = await add('next', '02-10T17:00', '02-10T18:00');
    const found = (await look('02-10')).findings.find(({ kind }) => kind === 'forgotten_timer')!;
    expect(found).toMatchObject({
      entries: [id],
      evidence: { start: when('02-10T08:00'), proposed_end: next.start, basis: 'next_entry', limit_seconds: 43200 },
      fixes: [{ fix: 'close_timer' }, { fix: 'ignore' }],
    });
    expect((await fix(found.id, 'close_timer')).status).toBe(200);
    await world.deliver();
    expect(await world.getLog(ana, id)).toMatchObject({ running: false, end: next.start });
    const there = world.there(ana).find(({ description }) => description === 'forgotten')!;
    expect(there).toMatchObject({ stop: next.start });
    expect((await look('02-10')).findings).toEqual([]);
  });

  it('shorten what lasts more than a day', async () => {
    const long = await add('days', '02-12T08:00', '02-13T09:00');
    const [found] = (await look('02-12')).findings;
    expect(found).toMatchObject({ kind: 'too_long', evidence: { seconds: 90_000, limit_seconds: 86_400 } });
    const [change] = found!.fixes[0]!.changes;
    expect((await fix(found!.id, 'trim_end')).status).toBe(200);
    const log = await world.getLog(ana, long.id);
    expect(log.end).toBe(change!.end);
    expect(log.end! - log.start).toBeLessThan(86_400);
  });

  it('leave what a person approved as it is', async () => {
    const a = await add('a', '02-16T08:00', '02-16T10:00');
    await add('b', '02-16T09:00', '02-16T11:00');
    await world.app.database.execute('update time_entries set is_locked = true where id = $1', [a.id]);
    const [found] = (await look('02-16')).findings;
    const refused = await fix(found!.id, 'trim_first');
    expect(refused).toMatchObject({ status: 409, body: { code: 'TIME_ENTRY.LOCKED' } });
    expect((await look('02-16')).findings).toEqual([found]);
    expect((await fix(found!.id, 'trim_second')).status).toBe(200);
  });

  it('are nobody else’s, and have no other fixes than they offer', async () => {
    await add('a', '02-17T08:00', '02-17T10:00');
    await add('b', '02-17T09:00', '02-17T11:00');
    const [{ id }] = (await look('02-17')).findings as [Finding];
    expect(await fix(id, 'trim_first', berta)).toMatchObject({
      status: 404,
      body: { code: 'TIMELINE.FINDING_NOT_FOUND' },
    });
    expect((await fix(id, 'trim_first', null)).status).toBe(401);
    expect(await fix(id, 'close_timer')).toMatchObject({ status: 422, body: { code: 'TIMELINE.FIX_NOT_OFFERED' } });
    expect((await look('02-17')).findings.map((finding) => finding.id)).toEqual([id]);
    expect((await look('02-17', berta)).findings).toEqual([]);
  });

  it.each<[unknown, unknown, number]>([
    ['nonsense', 'ignore', 404],
    ['overlap.1-1.0123456789012345678901', 'ignore', 404],
    ['overlap.900001-900002.0123456789012345678901', 'ignore', 404],
    ['gap.999999999999999-999999999999998.0123456789012345678901', 'ignore', 404],
    ["overlap.1-2.'; drop table users", 'ignore', 404],
    ['overlap.1-2.0123456789012345678901', 'explode', 422],
    ['overlap.1-2.0123456789012345678901', 5, 400],
    ['overlap.1-2.0123456789012345678901', undefined, 400],
    [5, 'ignore', 400],
    ['', 'ignore', 400],
    ['x'.repeat(201), 'ignore', 400],
    [null, 'ignore', 400],
  ])('do not know %j with %j', async (id, name, status) => {
    const answer = await fix(id, name);
    expect(answer).toMatchObject({ status, body: { code: expect.any(String) as string } });
  });
});
