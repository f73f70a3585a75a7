import { headerOf, SmtpSimulator } from './simulator.js';

/** Runs the simulator by itself on `PORT` (default 4125) and prints what it receives; nothing is delivered. */
const simulator = new SmtpSimulator();
await simulator.start(Number(process.env.PORT ?? 4125));
console.log(`MAIL_SERVER=127.0.0.1\nMAIL_PORT=${simulator.port}\nMAIL_USE_TLS=false`);
let shown = 0;
const watch = setInterval(() => {
  for (const message of simulator.messages.slice(shown)) {
    console.log(`${message.at.toISOString()} ${message.to.join(', ')}: ${headerOf(message.raw, 'Subject')[0]}`);
  }
  shown = simulator.messages.length;
}, 200);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(watch);
    void simulator.stop();
  });
}
