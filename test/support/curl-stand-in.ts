/** As much of `curl` as our pages use, for machines without it: `-X`, `-H`, `-d`, `-sS` and an address. */
const init: { method?: string; headers: Record<string, string>; body?: string } = { headers: {} };
let url = '';
const args = process.argv.slice(2);
for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
  if (arg === '-X') init.method = args.shift();
  else if (arg === '-d') init.body = args.shift();
  else if (arg === '-H') {
    const [name, ...value] = args.shift()!.split(':');
    init.headers[name!] = value.join(':').trim();
  } else if (arg !== '-sS') url = arg;
}
const response = await fetch(url, init);
process.stdout.write(await response.text());
