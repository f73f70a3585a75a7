import type { Measurement } from './measure.js';

export interface Size {
  entries: number;
  users: number;
  /** Of the whole database, and how long it took to fill. */
  bytes: number;
  fillSeconds: number;
  measured: Measurement[];
}

const number = (value: number): string => value.toLocaleString('en');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);

/** Markdown: what each thing costs, a column for each size. */
export function costs(sizes: readonly Size[]): string {
  const head = ['', ...sizes.map(({ entries }) => `${number(entries)} entries`)];
  const lines = [
    ['people', ...sizes.map(({ users }) => number(users))],
    ['database, GB', ...sizes.map(({ bytes }) => gigabytes(bytes))],
    ['filled in, s', ...sizes.map(({ fillSeconds }) => fillSeconds.toFixed(0))],
    ...sizes[0]!.measured.map(({ name }, index) => [
      name,
      ...sizes.map(({ measured }) => {
        const { milliseconds, pages, statements } = measured[index]!;
        return `${milliseconds.toFixed(1)} ms, ${number(pages)} pages, ${statements.length} st.`;
      }),
    ]),
  ];
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}

/** Markdown: how the server came to the rows, statement by statement. */
export function plans({ entries, measured }: Size): string {
  const lines = measured.flatMap(({ name, statements }) =>
    statements.map(({ statement, rows, pages, indexes, wholeTables }) =>
      row([
        name,
        `\`${statement.slice(0, 70).replaceAll('|', '\\|')}\``,
        number(rows),
        number(pages),
        [...indexes, ...wholeTables.map((table) => `**all of ${table}**`)].join(', ') || '–',
      ]),
    ),
  );
  return [
    `#### ${number(entries)} entries`,
    '',
    row(['', 'statement', 'most rows', 'pages', 'indexes']),
    row(['---', '---', '---', '---', '---']),
    ...lines,
  ].join('\n');
}

/** What grows with the table although it should not: more than the depth of a tree explains. */
export function notFlat(sizes: readonly Size[]): string[] {
  const [first, last] = [sizes[0]!, sizes.at(-1)!];
  return first.measured.flatMap(({ name, pages, key }, index) => {
    const then = last.measured[index]!.pages;
    const isMeantToGrow = key === 'everybody';
    return !isMeantToGrow && then > 2 * pages + 20 ? [`${name}: ${number(pages)} → ${number(then)} pages`] : [];
  });
}
