/** What the bare server is given; it imports nothing of the application. */
export interface Statement {
  name: string;
  text: string;
}

export type BareStatements = Record<
  | 'findToken'
  | 'findLog'
  | 'findPage'
  | 'nextIds'
  | 'lockRegisters'
  | 'writeRegisters'
  | 'writeEntries'
  | 'insertBinnacle',
  Statement
>;

/** A new log as rows; id, user and number are filled in by whoever writes it. */
export interface WriteTemplate {
  row: Record<string, unknown>;
  snapshot: Record<string, unknown>;
  diff: Record<string, unknown>;
}

/** The variable in which the bare server finds both. */
export interface BareInput {
  statements: BareStatements;
  template: WriteTemplate;
}

/** The columns the answers are made of. */
export interface LogRow {
  id: number;
  project_id: number | null;
  source: string;
  description: string;
  started_at: Date;
  ended_at: Date | null;
  is_running: boolean;
  is_billable: boolean;
  notes: string | null;
  tags: string[];
  category: string | null;
  external_id: string | null;
}
