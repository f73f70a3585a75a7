import path from 'node:path';
import type { Announcement } from './auth/first-start.js';
import type { Runtime } from './runtime.js';

/** What a person reads after the start: where to go, and the secrets made here that nobody was told yet (never a given one). */
export function welcome(runtime: Runtime, url: string, firstStart: Announcement | null): string {
  const { port } = new URL(url);
  const where = `Timesheet listens on http://localhost:${port} — documentation at http://localhost:${port}/docs`;
  return ['', where, ...untold(runtime, firstStart), ''].join('\n');
}

/** The secrets made here that nobody was told yet; no line when there are none. */
export function untold({ config, secrets }: Runtime, firstStart: Announcement | null): string[] {
  const made = madeAndUntold(secrets, firstStart, config.adminUsername);
  if (made.length === 0) return [];
  const kept =
    secrets.generated.length === 0 ? [] : [`Secrets are kept in ${path.join(config.dataDir, 'secrets.json')}`];
  return [
    '',
    'Made for this first start, shown only once:',
    ...made.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    ...kept,
  ];
}

function madeAndUntold(
  secrets: Runtime['secrets'],
  firstStart: Announcement | null,
  adminUsername: string,
): [string, string][] {
  const { generated } = secrets;
  const made: [string, string][] = [];
  const hasPassword = generated.includes('ADMIN_PASSWORD');
  if (firstStart !== null || hasPassword) made.push(['ADMIN_USERNAME', adminUsername]);
  if (hasPassword) made.push(['ADMIN_PASSWORD', secrets.adminPassword.reveal()]);
  if (firstStart?.token !== undefined) made.push(['API token', firstStart.token]);
  if (generated.includes('SECRET_TOKEN')) made.push(['SECRET_TOKEN', secrets.secretToken.reveal()]);
  if (generated.includes('ENCRYPTION_KEYS')) made.push(['ENCRYPTION_KEYS', '(not shown)']);
  return made;
}
