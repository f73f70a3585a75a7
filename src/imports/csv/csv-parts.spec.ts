import { describe, expect, it } from 'vitest';
import { CsvColumns } from './csv-columns.js';
import { DateEvidence, readClock, readDay, readDuration } from './csv-dates.js';
import { RecordSplitter } from './csv-records.js';

function split(text: string, chunk = text.length) {
  const splitter = new RecordSplitter();
  const records = [];
  for (let at = 0; at < text.length; at += chunk) records.push(...splitter.feed(text.slice(at, at + chunk)));
  return [...records, ...splitter.end()];
}

describe('the records of a CSV', () => {
  const TABLE = '\ufeffa,b,c\r\n1,"x, ""y""\nz",3\r\n\r\n4,5" pipe,6';
  const RECORDS = [
    { line: 1, fields: ['a', 'b', 'c'] },
    { line: 2, fields: ['1', 'x, "y"\nz', '3'] },
    { line: 5, fields: ['4', '5" pipe', '6'] },
  ];

  it('know their lines, quotations and line breaks', () => {
    expect(split(TABLE)).toEqual(RECORDS);
  });

  it('are the same wherever the text is cut', () => {
    for (const chunk of [1, 2, 5, 11]) expect(split(TABLE, chunk)).toEqual(RECORDS);
  });

  it('may be separated by semicolons or tabs', () => {
    expect(split('a;b\n1;2,5').map(({ fields }) => fields)).toEqual([
      ['a', 'b'],
      ['1', '2,5'],
    ]);
    expect(split('a\tb\n1\t2').map(({ fields }) => fields)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });

  it('must end', () => {
    expect(() => split('a,b\n1,"2')).toThrow(/begins in the record of line 2/);
    expect(() => split(`a,b\n1,"${'x\n'.repeat(200_000)}`, 65_536)).toThrow(/record on line 2 that does not end/);
    expect(() => split(','.repeat(1000))).toThrow(/more than 200 columns/);
  });
});

describe('the columns of a CSV', () => {
  it.each([
    [
      'Toggl',
      'User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags',
    ],
    [
      'Clockify',
      'Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal)',
    ],
    [
      'Clockify in Spanish',
      'Proyecto,Cliente,Descripción,Tarea,Usuario,Grupo,Correo electrónico,Etiquetas,Facturable,Fecha de inicio,Hora de inicio,Fecha de finalización,Hora de finalización,Duración (h),Duración (decimal)',
    ],
    [
      'Clockify in German',
      'Projekt,Kunde,Beschreibung,Aufgabe,Benutzer,Gruppe,E-Mail,Tags,Abrechenbar,Startdatum,Startzeit,Enddatum,Endzeit,Dauer (h),Dauer (dezimal)',
    ],
  ])('are found in the order and language of %s', (_name, header) => {
    const names = header.split(',');
    const columns = new CsvColumns(names);
    for (const column of [
      'description',
      'project',
      'email',
      'startDate',
      'startTime',
      'endDate',
      'endTime',
      'tags',
      'billable',
    ] as const) {
      expect(columns.has(column), column).toBe(true);
    }
    expect(columns.read(names, 'duration')).toMatch(/^(Duration|Duración|Dauer)( \(h\))?$/);
  });

  it('are named where they are missing, with those that are there', () => {
    expect(() => new CsvColumns(['Project', 'Start Date'])).toThrow(
      /no column start time, end date and end time, or duration. Its columns: Project, Start Date/,
    );
  });
});

describe('the dates of a CSV', () => {
  const orderOf = (...dates: string[]) => {
    const evidence = new DateEvidence();
    for (const date of dates) evidence.note(date);
    return evidence.order;
  };

  it('give away their order, or do not', () => {
    expect(orderOf('2026-03-04')).toBe('ymd');
    expect(orderOf('03/04/2026', '03/25/2026')).toBe('mdy');
    expect(orderOf('03.04.2026', '25.03.2026')).toBe('dmy');
    expect(orderOf('03/04/2026', '05/06/2026')).toBeNull();
    expect(orderOf('25/03/2026', '03/25/2026')).toBeNull();
  });

  it.each([
    ['2026-3-4', 'mdy', '2026-03-04'],
    ['25/03/2026', 'dmy', '2026-03-25'],
    ['3/25/2026', 'mdy', '2026-03-25'],
    ['25.03.2026', 'dmy', '2026-03-25'],
    ['25/03/26', 'dmy', null],
    ['yesterday', 'dmy', null],
  ] as const)('%s (%s) is %s', (text, order, day) => {
    expect(readDay(text, order)).toBe(day);
  });

  it.each([
    ['9:05', '09:05:00'],
    ['12:00:00 AM', '00:00:00'],
    ['12:30 PM', '12:30:00'],
    ['01:00:00\u202fp.m.', '13:00:00'],
    ['13:00 PM', null],
    ['24:00', null],
  ])('%s is %s', (text, clock) => {
    expect(readClock(text)).toBe(clock);
  });

  it('last longer than a day where they do', () => {
    expect([readDuration('26:03:05'), readDuration('1:30'), readDuration('1.5')]).toEqual([93_785, 5400, null]);
  });
});
