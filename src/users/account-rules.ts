import type { Role } from './user.entity.js';

export const ROLES: readonly Role[] = ['member', 'coordinator', 'admin'];

export const PASSWORD_BYTES = { min: 8, max: 1024 } as const;

/** ASCII only, so that lower case is the same in JavaScript, in PostgreSQL and in a header. */
export const isUsername = (text: string): boolean => /^[\w.@+-]{1,64}$/.test(text);

/** Lone surrogates all become the same replacement character in UTF-8: two passwords would be one. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** One form for what looks the same: keyboards differ in whether é is one character or two (RFC 8265 §4.2). */
export const normalizePassword = (text: string): string => text.normalize('NFC');

/** 8 to 1024 bytes of UTF-8 of any characters: argon2 cuts nothing off, and nothing unbounded is hashed. */
export function isPassword(text: string): boolean {
  const bytes = Buffer.byteLength(normalizePassword(text));
  return isWellFormed(text) && bytes >= PASSWORD_BYTES.min && bytes <= PASSWORD_BYTES.max;
}
