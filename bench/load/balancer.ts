import net from 'node:net';

// The least a balancer can be: each new connection goes to the next server in turn.
const ports = JSON.parse(process.env.BEHIND!) as number[];
let next = 0;

net
  .createServer((caller) => {
    const server = net.connect(ports[next++ % ports.length]!, '127.0.0.1');
    for (const socket of [caller, server]) socket.setNoDelay(true);
    caller.pipe(server).pipe(caller);
    caller.on('error', () => server.destroy());
    server.on('error', () => caller.destroy());
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
