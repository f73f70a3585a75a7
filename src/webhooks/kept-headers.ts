const LONGEST_VALUE = 200;

/** What is kept of a delivery's headers, in a form that PostgreSQL's JSON has a place for. */
export function keptHeaders(
  names: readonly string[],
  header: (name: string) => readonly string[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const values = header(name);
    if (values.length > 0)
      kept[name] = values
        .join(', ')
        .slice(0, LONGEST_VALUE)
        .replaceAll(/[^\x20-\x7e]/g, '?');
  }
  return kept;
}
