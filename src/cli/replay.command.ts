import { parseInstant } from '../common/instant.js';
import { DeliveriesModule } from '../webhooks/deliveries.module.js';
import { DELIVERY_STATES, type DeliveryState } from '../webhooks/delivery.js';
import { ReplayService, type ReplayFilter } from '../webhooks/replay.service.js';
import { UsageError, type Call, type Command } from './command.js';
import { withRuntime, withServices } from './context.js';
import { verifyReplay } from './replay-verification.js';

const EVERY = 1000;

export const REPLAY: Command = {
  words: 'replay',
  summary: 'tries deliveries again that came to nothing, or proves that the sessions can be made again',
  parameters: [],
  options: {
    ids: { type: 'string' },
    status: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    verify: { type: 'boolean' },
    scratch: { type: 'string' },
  },
  help: [
    '--ids <1,2,…>      these deliveries',
    '--status <state>   those that are rejected, dead, conflict or unmatched',
    '--from <instant>   received at or after it, as 2026-07-20T00:00:00Z',
    '--to <instant>     received before it',
    '--verify           makes all sessions again from deliveries and commands, beside the real ones, and compares them',
    '--scratch <url>    an empty database for that; one is made and removed again without it',
  ],
  run: (call) => (call.options.verify === true ? verify(call) : replay(call)),
};

async function replay({ options, env, terminal }: Call): Promise<void> {
  if (options.scratch !== undefined) throw new UsageError('--scratch goes with --verify');
  const filter = filterOf(options);
  let told = 0;
  const { replayed, rejected, skipped } = await withServices(env, [DeliveriesModule], (services) =>
    services.get(ReplayService).replay(filter, (soFar) => {
      const done = soFar.replayed + soFar.rejected;
      if (done - told < EVERY) return;
      told = done;
      terminal.write(`${done} …`);
    }),
  );
  terminal.write(`${replayed} ${replayed === 1 ? 'delivery is' : 'deliveries are'} tried again by the running app.`);
  if (rejected > 0) terminal.write(`${rejected} still say what cannot be.`);
  if (skipped > 0)
    terminal.write(`${skipped} were left alone: the ledger was told of them, or nothing is done with them.`);
}

async function verify({ options, env, terminal }: Call): Promise<void> {
  const others = ['ids', 'status', 'from', 'to'].filter((name) => options[name] !== undefined);
  if (others.length > 0) throw new UsageError(`--verify is about everything, not --${others[0]}`);
  const scratchUrl = typeof options.scratch === 'string' ? options.scratch : undefined;
  const report = await withRuntime(env, (runtime) => verifyReplay(runtime, scratchUrl, (line) => terminal.write(line)));
  terminal.write(`as it is:    ${report.actual}`);
  terminal.write(`made again:  ${report.replayed}`);
  for (const line of report.differences) terminal.complain(line);
  if (report.differenceCount > 0) throw new Error(`${report.differenceCount} sessions are not what they were made of.`);
  terminal.write(`${report.compared} sessions are what they were made of.`);
  if (report.leftOut > 0) {
    terminal.write(`${report.leftOut} were left out: a sync, a push or their owner changed them, too.`);
  }
}

function filterOf(options: Call['options']): ReplayFilter {
  const { ids, status, from, to } = options;
  const filter: ReplayFilter = {
    ids: ids === undefined ? undefined : idsOf(String(ids)),
    status: status === undefined ? undefined : stateOf(String(status)),
    from: from === undefined ? undefined : instantOf('--from', String(from)),
    to: to === undefined ? undefined : instantOf('--to', String(to)),
  };
  if (Object.values(filter).every((value) => value === undefined)) {
    throw new UsageError('Say which: --ids, --status, --from or --to; or --verify.');
  }
  return filter;
}

function idsOf(text: string): number[] {
  const ids = text.split(',').map((part) => (/^[1-9]\d{0,15}$/.test(part) ? Number(part) : Number.NaN));
  if (ids.every(Number.isSafeInteger)) return ids;
  throw new UsageError('--ids must be numbers of deliveries with commas between them');
}

function stateOf(text: string): DeliveryState {
  const state = DELIVERY_STATES.find((one) => one === text);
  if (state === undefined) throw new UsageError(`--status must be one of ${DELIVERY_STATES.join(', ')}`);
  return state;
}

function instantOf(option: string, text: string): Date {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new UsageError(`${option} must be an instant with its zone, such as 2026-07-20T00:00:00Z`);
  return parsed.instant;
}
