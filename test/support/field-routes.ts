import { ROUTES, type Identity, type Row } from './route-matrix.js';

/** Whom the route serves: whoever is refused at the door shows nothing of what is behind it. */
const SERVED: Identity[] = ['owner', 'admin', 'secret'];
export const callerOf = ({ door }: Row): Identity => SERVED.find((one) => ![401, 403].includes(door[one])) ?? 'owner';

/** One row for each route that takes fields, and not the bytes of a service or a file. */
export const TAKING_FIELDS: readonly Row[] = [
  ...new Map(
    ROUTES.filter(({ route, body }) => typeof body !== 'string' && !route.includes('/webhook')).map((row) => [
      row.route,
      row,
    ]),
  ).values(),
];
