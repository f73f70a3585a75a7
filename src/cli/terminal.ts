import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Where a command writes, and whom it can ask. */
export interface Terminal {
  write(line: string): void;
  complain(line: string): void;
  /** Shows how far it is, in place of what was shown before; `null` takes it away. Absent where nobody looks on. */
  showProgress?(line: string | null): void;
  /** Whether a person sits there to be asked. */
  isInteractive: boolean;
  /** Asks without showing what is typed. */
  askHidden(question: string): Promise<string>;
}

export const systemTerminal = (): Terminal => ({
  write: (line) => console.log(line),
  complain: (line) => console.error(line),
  ...(process.stderr.isTTY && { showProgress }),
  isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  askHidden,
});

function showProgress(line: string | null): void {
  process.stderr.write(`\r\u001B[2K${line ?? ''}`);
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
