import { sha256 } from '../common/hashing.js';

/**
 * Equal for the same failure at the same route, whichever ids, numbers and quoted values its message carries.
 * @param subject what it is about, where that makes a difference
 */
export const fingerprintOf = (code: string, endpoint: string | undefined, message: string, subject?: string): Buffer =>
  sha256([code, endpoint ?? '', normalise(message), ...(subject === undefined ? [] : [subject])].join('\n'));

export const normalise = (message: string): string =>
  message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|«[^»]*»/g, '?')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '?')
    .replaceAll(/\b(?=[a-z]*\d)[0-9a-z]{8,}\b/gi, '?')
    .replaceAll(/\d+/g, '?');
