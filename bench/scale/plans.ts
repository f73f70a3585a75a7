import fs from 'node:fs';

/** What one execution of a statement cost, as the server itself wrote it down. */
export interface Execution {
  statement: string;
  milliseconds: number;
  /** Pages of 8 KB that were looked at, in memory or not. */
  pages: number;
  indexes: string[];
  /** Large tables read from one end to the other. */
  wholeTables: string[];
  /** Rows that any of its steps brought up. */
  rows: number;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

const LARGE = ['time_entries', 'sessions_binnacle', 'deliveries'];

/** Whoever has files looks for them by the clock, whatever else is going on. */
const OF_ITS_OWN_ACCORD = / from imports t /;

/** Has the server write down the plan of everything that is asked of this database from now on. */
export const EXPLAIN_EVERYTHING = [
  `session_preload_libraries = 'auto_explain'`,
  'auto_explain.log_min_duration = 0',
  'auto_explain.log_analyze = on',
  'auto_explain.log_buffers = on',
  'auto_explain.log_timing = off',
  `auto_explain.log_format = 'json'`,
];

/** In place of the ends of lines within an entry. */
const LINE = '␞';

/** Reads what has been added to the server's log since the last time. */
export class PlanLog {
  private position = 0;

  constructor(private readonly file: string) {}

  read(): Execution[] {
    const text = fs.readFileSync(this.file).subarray(this.position).toString('utf8');
    this.position += Buffer.byteLength(text);
    // Lines that belong to the one before begin with a tab.
    const entries = text.replaceAll('\n\t', LINE).split('\n');
    return entries.flatMap((entry) => {
      const match = /duration: ([\d.]+) ms {2}plan:␞(.*)$/.exec(entry);
      if (match === null) return [];
      const execution = executionOf(Number(match[1]), match[2]!.replaceAll(LINE, '\n'));
      return OF_ITS_OWN_ACCORD.test(execution.statement) ? [] : [execution];
    });
  }
}

function executionOf(milliseconds: number, json: string): Execution {
  const { Plan: plan, 'Query Text': text } = JSON.parse(json) as { Plan: PlanNode; 'Query Text': string };
  const nodes = flatten(plan);
  const named = (pick: (node: PlanNode) => string | undefined) => [
    ...new Set(nodes.map(pick).filter((name): name is string => name !== undefined)),
  ];
  return {
    statement: text.replaceAll(/\s+/g, ' ').trim(),
    milliseconds,
    pages: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
    indexes: named((node) => node['Index Name']),
    wholeTables: named((node) =>
      node['Node Type'] === 'Seq Scan' && LARGE.includes(node['Relation Name']!) ? node['Relation Name'] : undefined,
    ),
    rows: Math.max(...nodes.map((node) => (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1))),
  };
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
