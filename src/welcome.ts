import path from 'node:path';
import type { Runtime } from './runtime.js';

/** What a person reads after the start: where to go, and the secrets made by this very start (never a given one). */
export function welcome({ config, secrets }: Runtime, url: string): string {
  const { port } = new URL(url);
  const lines = ['', `Timesheet listens on http://localhost:${port} — documentation at http://localhost:${port}/docs`];
  if (secrets.generated.length > 0) {
    const values: Record<string, string> = {
      ADMIN_PASSWORD: `${secrets.adminPassword.reveal()}   (user ${config.adminUsername})`,
      SECRET_TOKEN: secrets.secretToken.reveal(),
      ENCRYPTION_KEYS: '(not shown)',
    };
    lines.push('', 'Made for this first start:');
    for (const name of secrets.generated) lines.push(`  ${name.padEnd(16)} ${values[name]}`);
    lines.push(`They are kept in ${path.join(config.dataDir, 'secrets.json')}`);
  }
  return [...lines, ''].join('\n');
}
