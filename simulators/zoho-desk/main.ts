import { ZohoDeskSimulator } from './simulator.js';

/** Runs the simulator by itself: `PORT` (default 4104), `ZOHO_DESK_CREDITS` of the day. */
const credits = process.env.ZOHO_DESK_CREDITS;
const simulator = new ZohoDeskSimulator({ creditsPerDay: credits === undefined ? undefined : Number(credits) });
const { portal, agent, client, refreshToken } = simulator.addAccount('Simulated Person');
for (const subject of ['The printer is on fire', 'A new laptop', 'Cannot log in']) {
  const { id } = simulator.model.addTicket(agent, subject, { accountName: 'Zylker' });
  simulator.model.addTask(id, `First task of “${subject}”`);
}
simulator.accounts.signedIn = agent.personId;
await simulator.start(Number(process.env.PORT ?? 4104));
console.log(
  [
    `ZOHO_ACCOUNTS_URL=${simulator.url}`,
    `ZOHO_DESK_URL=${simulator.url}`,
    `ZOHO_CLIENT_ID=${client.id}`,
    `ZOHO_CLIENT_SECRET=${client.secret}`,
    `ZOHO_REFRESH_TOKEN=${refreshToken}`,
    `ZOHO_ORG_ID=${portal.id}`,
  ].join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
