const passes = new Map<string, number>();

/**
 * A named place at which a process under test ends as if its machine had lost power; anywhere else it does nothing.
 * @param control names the places: `push.answered` at the first pass, `push.answered#25` at the 25th
 */
export function failpoint(control: { failpoints?: readonly string[] }, name: string): void {
  if (control.failpoints === undefined) return;
  const pass = (passes.get(name) ?? 0) + 1;
  passes.set(name, pass);
  const isWanted = control.failpoints.some((wanted) => {
    const [place, nth = '1'] = wanted.split('#');
    return place === name && Number(nth) === pass;
  });
  if (isWanted) process.kill(process.pid, 'SIGKILL');
}
