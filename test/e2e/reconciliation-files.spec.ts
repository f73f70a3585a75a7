import ExcelJS from 'exceljs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TwoSides } from '../support/reconciliation.js';
import { TogglApp, type Tracker } from '../support/toggl.js';

let world: TogglApp;
let sides: TwoSides;
let ana: Tracker;
let people = 0;

beforeAll(async () => {
  world = await TogglApp.start();
});

afterAll(() => world.close());

beforeEach(async () => {
  ana = await world.addTracker(`ana${++people}`);
  sides = new TwoSides(world, ana);
});

afterEach(() => world.toggl.faults.clear());

describe('the workbook', () => {
  const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '=HYPERLINK("http://x","y")', '=cmd|x!A1'];

  async function read(): Promise<{ headers: Headers; summary: ExcelJS.Worksheet; rows: ExcelJS.Worksheet }> {
    const { headers, bytes } = await sides.download('xlsx');
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(bytes as unknown as ArrayBuffer);
    return { headers, summary: workbook.getWorksheet('Summary')!, rows: workbook.getWorksheet('Rows')! };
  }

  const headersOf = (sheet: ExcelJS.Worksheet): string[] => (sheet.getRow(1).values as string[]).slice(1);
  const cell = (sheet: ExcelJS.Worksheet, line: number, header: string): ExcelJS.Cell =>
    sheet.getRow(line).getCell(headersOf(sheet).indexOf(header) + 1);
  /** A duration comes back as a date, because `[h]:mm:ss` looks like one. */
  const secondsIn = (value: ExcelJS.CellValue): number =>
    Math.round(((value as Date).getTime() - Date.UTC(1899, 11, 30)) / 1000);

  it('holds what the JSON holds: real dates, real durations, numbers that are numbers', async () => {
    await sides.disagree();
    const json = await sides.reconcile();
    const { headers, summary, rows } = await read();
    expect(headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Reconciliation Toggl Track 2026-03-02 2026-03-02.xlsx"; ` +
        `filename*=UTF-8''Reconciliation%20Toggl%20Track%202026-03-02%202026-03-02.xlsx`,
    );
    const labels = summary.getColumn(1).values;
    const figure = (label: string) => summary.getCell(labels.indexOf(label), 2);
    expect(['Matched', 'Different', 'Only there', 'Only here', 'Locked'].map((label) => figure(label).value)).toEqual([
      1, 1, 1, 3, 1,
    ]);
    expect(secondsIn(figure('Time there').value)).toBe(json.summary.seconds_there);
    expect(secondsIn(figure('Time here').value)).toBe(json.summary.seconds_here);
    expect(figure('Time here').numFmt).toBe('[h]:mm:ss');
    expect(rows.rowCount).toBe(json.rows.length + 1);
    for (const [index, row] of json.rows.entries()) {
      expect(cell(rows, index + 2, 'Start (UTC)').value).toEqual(new Date(row.start * 1000));
      expect(cell(rows, index + 2, 'Status').value).toBe(row.status.replace('_', ' '));
      const { value, numFmt } = cell(rows, index + 2, 'Duration there');
      expect([value === null ? null : secondsIn(value), numFmt]).toEqual([row.there?.seconds ?? null, '[h]:mm:ss']);
    }
    expect(cell(rows, 3, 'Differences').value).toBe(
      'end: 2026-03-02T02:30:01Z here, 2026-03-02T06:00:00Z there; tags: [] here, [late] there',
    );
  });

  it('keeps its header in view, with a filter over every row', async () => {
    sides.inTheApp('x', '05:00:00', '05:30:00');
    const { rows } = await read();
    expect(rows.views).toMatchObject([{ state: 'frozen', ySplit: 1 }]);
    expect(rows.autoFilter).toMatch(/^A1:[A-Z]+2$/);
    expect(rows.getColumn(6).width).toBeGreaterThan(20);
    expect(rows.getRow(1).font).toMatchObject({ bold: true });
  });

  it('holds no formula and no link, whatever the entries are called', async () => {
    FORMULAS.forEach((text, index) => sides.inTheApp(text, `05:0${index}:00`, `05:0${index}:30`));
    const { bytes } = await sides.download('xlsx');
    const { rows } = await read();
    const tasks = FORMULAS.map((_text, index) => cell(rows, index + 2, 'Task there'));
    expect(tasks.map(({ value }) => value)).toEqual(FORMULAS);
    expect(tasks.every(({ type }) => type === ExcelJS.ValueType.String)).toBe(true);
    expect(
      rows
        .getSheetValues()
        .flat()
        .filter((value) => typeof value === 'object' && !(value instanceof Date)),
    ).toEqual([]);
    expect(bytes.includes('externalLink')).toBe(false);
  });

  it('opens again with control characters and endless texts in it', async () => {
    sides.inTheApp('bell \u0007 end \u001b[31m', '05:00:00', '05:01:00');
    sides.inTheApp('x'.repeat(40_000), '06:00:00', '06:01:00');
    const { rows } = await read();
    expect(cell(rows, 2, 'Task there').value).toBe('bell  end [31m');
    expect(cell(rows, 3, 'Task there').value).toHaveLength(32_767);
  });

  it('is answered with headers of its own alone, whatever the account is called', async () => {
    const name = 'a"\r\nX-Evil: 1 ../ñ';
    await world.app.database.execute('update integrations set name = $2 where id = $1', [ana.integrationId, name]);
    const { headers, summary } = await read();
    expect(headers.get('x-evil')).toBeNull();
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[\w .-]+"; filename\*=UTF-8''[\w%.-]+$/);
    expect(summary.getCell('B1').value).toBe('a"\nX-Evil: 1 ../ñ');
  });

  it('comes as text, too, where what looks like a formula is quoted', async () => {
    FORMULAS.forEach((text, index) => sides.inTheApp(text, `05:0${index}:00`, `05:0${index}:30`));
    const { headers, bytes } = await sides.download('csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toContain('2026-03-02.csv"');
    const lines = bytes.toString('utf8').split('\r\n');
    expect(lines).toHaveLength(FORMULAS.length + 2);
    expect(lines[0]).toMatch(/^\ufeff"Start \(UTC\)","Status"/);
    expect(lines[1]).toContain(`"'=1+1"`);
    expect(lines[1]).toContain('2026-03-02T05:00:00.000Z');
    expect(lines[1]).toContain(',0:00:30,');
    for (const line of lines.slice(1, -1)) expect(line).not.toMatch(/,"[\s]*[=+\-@＝]/);
  });
});
