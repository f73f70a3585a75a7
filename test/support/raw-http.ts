import net from 'node:net';

export interface RawAnswer {
  status: number;
  text: string;
  /** True when the server ended the connection itself. */
  closed: boolean;
}

/** Sends bytes as they are and reads until the server closes, or has been silent for a while. */
export function sendRaw(url: string, ...parts: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    let text = '';
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, closed });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      socket.setTimeout(700);
    });
    socket.on('close', () => finish(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close while we still write: what it said before counts.
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    // A busy machine may take its time over the first byte.
    socket.setTimeout(5000, () => finish(false));
    for (const part of parts) socket.write(part);
  });
}
