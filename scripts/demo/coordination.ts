import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { headerOf } from '../../simulators/smtp/simulator.js';
import type { ToldEntry } from './clockify-deliveries.js';
import { minutesAgo, type Stage } from './morning.js';

const WAIT_MILLISECONDS = 30_000;
const OUTPUT = 'demo-output';

interface Session {
  idUser: number;
  external_sesion_id: string;
  description: string;
  startDate: string;
  endDate: string | null;
  status: string;
  updatingQuantity: number;
  enable: boolean;
}

interface Run {
  status: string;
  mail: { state: string } | null;
}

/** A colleague whom only Clockify knows: its webhooks, a coordinator's decision, the week's workbook and the mails. */
export async function coordinate(stage: Stage): Promise<void> {
  const told = await tellOfBerta(stage);
  await showSessions(stage, told);
  await decide(stage, told.typed);
  await reportTheWeek(stage);
  showMails(stage);
}

async function tellOfBerta({
  paper,
  deliveries,
  url,
}: Stage): Promise<Record<'timer' | 'late' | 'typed' | 'gone', string>> {
  paper.title(
    'A colleague uses Clockify alone. It calls for each thing that happens: once, twice, or in the wrong order.',
  );
  const send = async (event: Parameters<typeof deliveries.send>[1], entry: ToldEntry, what: string) => {
    paper.happens(`${what} (POST /webhook/clockify/${event})`);
    paper.answers(await deliveries.send(url, event, entry));
  };
  const entry = (description: string, from: number, to: number | null): ToldEntry => ({
    id: deliveries.newId(),
    description,
    start: minutesAgo(from),
    end: to === null ? null : minutesAgo(to),
  });
  const timer = entry('Support desk', 200, 140);
  await send('start', { ...timer, end: null }, 'Berta starts a timer');
  await send('start', { ...timer, end: null }, 'Clockify says so again');
  await send('end', timer, 'She stops it');
  await send('edit', { ...timer, end: timer.end! + 20 * 60 }, 'Later she makes it twenty minutes longer');
  const late = entry('Phone calls', 120, 90);
  await send('end', late, 'Another one ends, of which nobody has heard');
  await send('start', { ...late, end: null }, 'Its start arrives afterwards');
  const typed = entry('Workshop', 80, 20);
  await send('manual', typed, 'She types one in');
  const gone = entry('A mistake', 15, 10);
  await send('manual', gone, 'And another, by mistake');
  await send('delete', gone, 'which she removes');
  return { timer: timer.id, late: late.id, typed: typed.id, gone: gone.id };
}

async function showSessions({ api, paper }: Stage, told: Record<string, string>): Promise<void> {
  const ids = new Set(Object.values(told));
  const sessions = await until(async () => {
    const all = await api.read<Session[]>('/api-clockify/sessions/getAll');
    const hers = all.filter(({ external_sesion_id: id }) => ids.has(id));
    const isWorkedOff = hers.length === ids.size && hers.some(({ enable }) => !enable) && hers.some(isEdited);
    return isWorkedOff ? hers : null;
  });
  paper.title('What the coordinator sees (GET /api-clockify/sessions/getAll)');
  for (const session of sessions.toSorted((a, b) => (a.startDate < b.startDate ? -1 : 1))) {
    const span = paper.span(secondsOf(session.startDate)!, secondsOf(session.endDate));
    const edits = session.updatingQuantity === 0 ? '' : `, changed ${session.updatingQuantity}×`;
    paper.line(`  ${span}  ${session.description.padEnd(14)}${session.enable ? session.status : 'removed'}${edits}`);
  }
}

const secondsOf = (text: string | null): number | null => (text === null ? null : Date.parse(text) / 1000);

const isEdited = ({ updatingQuantity }: Session): boolean => updatingQuantity > 0;

async function decide({ api, paper }: Stage, typed: string): Promise<void> {
  paper.line('');
  paper.happens('The coordinator approves the workshop that was typed in (POST /api-clockify/sessions/approve)');
  const body = { aprobado: true, observacion: 'Confirmed by the trainer' };
  const { message } = await api.send<{ message: string }>(
    `/api-clockify/sessions/approve?externalSesionId=${typed}`,
    body,
  );
  paper.answers(message);
}

async function reportTheWeek({ api, paper }: Stage): Promise<void> {
  const monday = mondayOf(Date.now());
  paper.happens('The week is reported, now and not on Monday (POST /api-clockify/session-report/sendAllReports)');
  const asked = { type: 'weekly', start_date: monday };
  const { message, runs } = await api.send<{ message: string; runs: number }>(
    '/api-clockify/session-report/sendAllReports',
    asked,
  );
  paper.answers(`${message}: ${runs} people worked.`);
  await until(async () => {
    const made = await api.read<Run[]>('/api-clockify/session-report/runs');
    return made.length === runs && made.every(({ mail }) => mail?.state === 'done') ? made : null;
  });
  const week = `startDate=${monday}&endDate=${dayOf(Date.parse(monday) + 6 * 86_400_000)}`;
  const workbook = await api.file(`/api-clockify/session-report/download?${week}&locale=en`);
  mkdirSync(OUTPUT, { recursive: true });
  const file = path.join(OUTPUT, `week-of-${monday}.xlsx`);
  writeFileSync(file, workbook);
  paper.answers(`Everybody's week is in ${file} (${Math.ceil(workbook.length / 1024)} KB).`);
}

function showMails({ paper, mailbox }: Stage): void {
  paper.title('The coordination’s mailbox');
  for (const { raw, to } of mailbox.messages) {
    paper.line(`  ${to.join(', ').padEnd(28)}${decoded(headerOf(raw, 'Subject')[0] ?? '')}`);
  }
}

/** Subjects with accents travel in base64 or quoted-printable (RFC 2047). */
const decoded = (subject: string): string =>
  subject.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=\s*/gi, (_word, kind: string, text: string) => {
    if (kind.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString('utf8');
    const bytes = text
      .replaceAll('_', ' ')
      .replaceAll(/=([0-9A-F]{2})/g, (_hex, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  });

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + WAIT_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error('what was told is not worked off');
    await sleep(200);
  }
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const mondayOf = (time: number): string => dayOf(time - ((new Date(time).getUTCDay() + 6) % 7) * 86_400_000);
