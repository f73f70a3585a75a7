import { Refusal } from '../support/refusal.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Clockify's errors have a sentence and a numeric code of their own, which is not the status. */
export const refusal = (status: number, code: number, message: string, headers: Record<string, string> = {}): Refusal =>
  new Refusal({ status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ message, code }) }, message);

/** Whatever is not in the workspace is a 400 with code 501, never a 404. */
export const notInWorkspace = (what: string): Refusal => refusal(400, 501, `${what} doesn't belong to Workspace`);

/** The generic code of the framework below. */
export const malformed = (parameter: string, value: string, type: string): Refusal =>
  refusal(
    400,
    3000,
    `Method parameter '${parameter}': Failed to convert value of type 'java.lang.String' to required type '${type}'; For input string: "${value}"`,
  );
