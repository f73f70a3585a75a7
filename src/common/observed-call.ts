import type { HttpFailureKind } from './http-failure.js';

/** One call to an outside service as a log may show it: nothing of what was asked, sent or answered. */
export interface ObservedCall {
  method: string;
  /** Host and path with `:id` for every id; without the query. */
  target: string;
  /** The status, or why there is no answer. */
  outcome: number | HttpFailureKind;
  milliseconds: number;
}

/** Host and path of a URL, so that calls of one kind look alike and no id is shown: what has a digit in it is one, but `v1`. */
export function targetOf(url: string): string {
  if (!URL.canParse(url)) return 'unknown';
  const { host, pathname } = new URL(url);
  const parts = pathname.split('/').map((part) => (/\d/.test(part) && !/^v\d{1,2}$/.test(part) ? ':id' : part));
  return host + parts.join('/');
}

/** In one line. */
export const describeCall = ({ method, target, outcome, milliseconds }: ObservedCall): string =>
  `${method} ${target} ${outcome} in ${Math.round(milliseconds)} ms`;
