import { ClockifySimulator } from './simulator.js';

/** Runs the simulator by itself: `PORT` (default 4102), `CLOCKIFY_API_KEY` (made up unless given), `CLOCKIFY_QUOTA=1`. */
const simulator = new ClockifySimulator({ quota: process.env.CLOCKIFY_QUOTA === '1' });
const apiKey = process.env.CLOCKIFY_API_KEY;
const user = simulator.addUser({ name: 'Simulated User', ...(apiKey === undefined ? {} : { apiKey }) });
for (const name of ['Website', 'Support', 'Internal']) simulator.model.addProject(user.defaultWorkspaceId, { name });
await simulator.start(Number(process.env.PORT ?? 4102));
console.log(
  `CLOCKIFY_BASE_URL=${simulator.url}\nCLOCKIFY_API_KEY=${user.apiKey}\nCLOCKIFY_WORKSPACE_ID=${user.defaultWorkspaceId}`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
