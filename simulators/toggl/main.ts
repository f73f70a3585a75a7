import { TogglSimulator } from './simulator.js';

/** Runs the simulator by itself: `PORT` (default 4101), `TOGGL_API_TOKEN` (made up unless given), `TOGGL_QUOTA=1`. */
const simulator = new TogglSimulator({
  quota: process.env.TOGGL_QUOTA === '1',
  // A simulator that is started again must not give out ids it gave out before.
  firstId: BigInt(Date.now()) * 10n,
});
const user = simulator.addUser({ token: process.env.TOGGL_API_TOKEN, fullname: 'Simulated User' });
for (const name of ['Website', 'Support', 'Internal']) simulator.model.addProject(user.defaultWorkspaceId, { name });
await simulator.start(Number(process.env.PORT ?? 4101));
console.log(`TOGGL_BASE_URL=${simulator.url}\nTOGGL_API_TOKEN=${user.token}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
