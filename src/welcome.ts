import path from 'node:path';
import type { Announcement } from './auth/first-start.js';
import type { Runtime } from './runtime.js';

/** What a person reads after the start: where to go, and the secrets made by this very start (never a given one). */
export function welcome({ config, secrets }: Runtime, url: string, firstStart: Announcement | null): string {
  const { port } = new URL(url);
  const lines = ['', `Timesheet listens on http://localhost:${port} — documentation at http://localhost:${port}/docs`];
  const made = madeByThisStart(secrets.generated, firstStart, secrets.secretToken.reveal());
  if (made.length > 0) {
    lines.push('', 'Made for this first start, shown only once:');
    for (const [name, value] of made) lines.push(`  ${name.padEnd(16)} ${value}`);
    if (secrets.generated.length > 0) lines.push(`Secrets are kept in ${path.join(config.dataDir, 'secrets.json')}`);
  }
  return [...lines, ''].join('\n');
}

function madeByThisStart(
  generated: readonly string[],
  firstStart: Announcement | null,
  secretToken: string,
): [string, string][] {
  const made: [string, string][] = [];
  if (firstStart !== null) made.push(['ADMIN_USERNAME', firstStart.adminUsername]);
  if (firstStart?.adminPassword !== undefined) made.push(['ADMIN_PASSWORD', firstStart.adminPassword.reveal()]);
  if (firstStart?.token !== undefined) made.push(['API token', firstStart.token]);
  if (generated.includes('SECRET_TOKEN')) made.push(['SECRET_TOKEN', secretToken]);
  if (generated.includes('ENCRYPTION_KEYS')) made.push(['ENCRYPTION_KEYS', '(not shown)']);
  return made;
}
