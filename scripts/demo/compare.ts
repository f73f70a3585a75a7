import type { Log } from './api.js';
import type { Held } from './services.js';

/** One sentence for everything in which the ledger and the services differ. */
export function compare(logs: readonly Log[], held: readonly Held[]): string[] {
  const ours = logs.map(({ provider, start, end, task }): Held => ({ provider, start, end, text: task }));
  return [
    ...missingIn(held, ours).map((one) => `The ledger alone has ${sentence(one)}`),
    ...missingIn(ours, held).map((one) => `The service alone has ${sentence(one)}`),
  ];
}

const keyOf = ({ provider, start, end, text }: Held): string => JSON.stringify([provider, start, end, text]);

const missingIn = (there: readonly Held[], here: readonly Held[]): Held[] => {
  const keys = new Set(there.map(keyOf));
  return here.filter((one) => !keys.has(keyOf(one)));
};

const sentence = ({ provider, start, end, text }: Held): string => `${text}, ${start}–${end}, at ${provider}.`;
