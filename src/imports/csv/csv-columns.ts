import { ImportRefusal } from '../file-reader.js';

export type CsvColumn =
  | 'description'
  | 'project'
  | 'task'
  | 'email'
  | 'tags'
  | 'billable'
  | 'startDate'
  | 'startTime'
  | 'endDate'
  | 'endTime'
  | 'duration';

/** As the exports call them in English, Spanish, German, French, Dutch and Portuguese; without accents and units. */
const NAMES: Readonly<Record<CsvColumn, readonly string[]>> = {
  description: ['description', 'descripcion', 'beschreibung', 'beschrijving', 'omschrijving', 'descricao'],
  project: ['project', 'proyecto', 'projekt', 'projet', 'projeto'],
  task: ['task', 'tarea', 'aufgabe', 'tache', 'taak', 'tarefa'],
  email: ['email', 'e-mail', 'correo electronico', 'adresse e-mail'],
  tags: ['tags', 'etiquetas', 'etiquettes', 'schlagworter', 'labels'],
  billable: ['billable', 'facturable', 'abrechenbar', 'factureerbaar', 'faturavel'],
  startDate: ['start date', 'fecha de inicio', 'startdatum', 'date de debut', 'data de inicio'],
  startTime: ['start time', 'hora de inicio', 'startzeit', 'heure de debut', 'starttijd'],
  endDate: [
    'end date',
    'stop date',
    'fecha de finalizacion',
    'fecha de fin',
    'enddatum',
    'date de fin',
    'einddatum',
    'data de termino',
    'data final',
  ],
  endTime: [
    'end time',
    'stop time',
    'hora de finalizacion',
    'hora de fin',
    'endzeit',
    'heure de fin',
    'eindtijd',
    'hora de termino',
    'hora final',
  ],
  duration: ['duration', 'duracion', 'dauer', 'duree', 'duur', 'duracao'],
};

const LONGEST_LIST = 300;

/** Reads fields of a record by what they mean. */
export class CsvColumns {
  private readonly places = new Map<CsvColumn, number>();

  /** @throws ImportRefusal naming the columns that are missing */
  constructor(header: readonly string[]) {
    const names = header.map(bareName);
    for (const [column, known] of Object.entries(NAMES) as [CsvColumn, readonly string[]][]) {
      const place = names.findIndex((name) => known.includes(name));
      if (place >= 0) this.places.set(column, place);
    }
    const missing = (['startDate', 'startTime'] as const).filter((column) => !this.has(column));
    const hasEnd = this.has('duration') || (this.has('endDate') && this.has('endTime'));
    const wanted = [
      ...missing.map((column) => NAMES[column][0]!),
      ...(hasEnd ? [] : ['end date and end time, or duration']),
    ];
    if (wanted.length === 0) return;
    const there = header
      .join(', ')
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, LONGEST_LIST);
    throw new ImportRefusal(
      `is no export of time entries: it has no column ${wanted.join(', ')}. Its columns: ${there}`,
    );
  }

  has(column: CsvColumn): boolean {
    return this.places.has(column);
  }

  /** Empty where there is none. */
  read(fields: readonly string[], column: CsvColumn): string {
    const place = this.places.get(column);
    return place === undefined ? '' : (fields[place] ?? '').trim();
  }
}

/** `Duración (h)` is `duracion`; but the decimal one is another column. */
function bareName(name: string): string {
  const lower = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
  return /\((decimal|dezimal|decimaal)\)$/.test(lower) ? lower : withoutUnit(lower);
}

/** Without what stands in brackets at its end. No pattern: on a long row of brackets or blanks it would take for ever. */
function withoutUnit(name: string): string {
  const opens = name.endsWith(')') ? name.lastIndexOf('(') : -1;
  return opens === -1 ? name : name.slice(0, opens).trimEnd();
}
