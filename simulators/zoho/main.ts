import { ZohoSimulator } from './simulator.js';

/** Runs the simulator by itself: `PORT` (default 4103), `ZOHO_THROTTLE=1`. */
const simulator = new ZohoSimulator({ throttle: process.env.ZOHO_THROTTLE === '1' });
const { portal, person, client, refreshToken } = simulator.addAccount({
  name: 'Simulated Person',
  timeZone: 'Europe/Madrid',
});
for (const name of ['Website', 'Support', 'Internal']) {
  const { id } = simulator.model.addProject(portal.id, name);
  simulator.model.addItem(id, 'task', `First task of ${name}`, [person]);
}
simulator.accounts.signedIn = person.id;
await simulator.start(Number(process.env.PORT ?? 4103));
console.log(
  [
    `ZOHO_ACCOUNTS_URL=${simulator.url}`,
    `ZOHO_PROJECTS_URL=${simulator.url}`,
    `ZOHO_CLIENT_ID=${client.id}`,
    `ZOHO_CLIENT_SECRET=${client.secret}`,
    `ZOHO_REFRESH_TOKEN=${refreshToken}`,
  ].join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
