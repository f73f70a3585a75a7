import { TokensService } from '../../src/auth/tokens.service.js';
import type { Role } from '../../src/users/user.entity.js';
import { UsersService } from '../../src/users/users.service.js';
import type { TestApp } from './app.js';

export interface Person {
  id: number;
  username: string;
  password: string;
  /** A token of theirs in clear. */
  token: string;
  /** `Authorization: Bearer <token>`, for `.set(person.bearer)`. */
  bearer: { authorization: string };
  /** Signs in over HTTP; the `Cookie` header of a browser that did. */
  signIn(): Promise<string>;
}

/** Somebody with a login and a token. */
export async function addPerson(app: TestApp, username: string, role: Role = 'member'): Promise<Person> {
  const password = `password of ${username}`;
  const { id } = await app.get(UsersService).create({ username, password, role });
  const { token } = await app.get(TokensService).create(id, 'test');
  return {
    id,
    username,
    password,
    token,
    bearer: { authorization: `Bearer ${token}` },
    signIn: () => signIn(app, username, password),
  };
}

/** The `Cookie` header of a browser that signed in. */
export async function signIn(app: TestApp, username: string, password: string): Promise<string> {
  const answer = await fetch(`${app.url}/v1/rpc/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (answer.status !== 200) throw new Error(`Signing in as ${username} answered ${answer.status}`);
  return cookiesOf(answer)
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export const cookiesOf = (answer: Response): string[] => answer.headers.getSetCookie();
