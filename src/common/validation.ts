import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateBy,
  ValidateIf,
  type ValidationError,
} from 'class-validator';
import { isDay } from './calendar-day.js';
import { isEmailAddress } from './email-address.js';
import { DomainError } from './errors.js';
import { parseInstant, parseInstantText } from './instant.js';
import { isTimeZone } from './time-zone.js';

/** Constraints with this name are about impossible values, not wrong shapes: 422 instead of 400. */
const POSSIBLE = 'isPossible';

/** Leave it out, but do not send `null`. */
export const Optional = () => ValidateIf((_object, value) => value !== undefined);

/** Leave it out or send `null`. */
export const Nullable = () => IsOptional();

/** A string of `min` to `max` characters. */
export const IsText = (max: number, min = 0) => applyDecorators(IsString(), MinLength(min), MaxLength(max));

const isPlainId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/** An id of ours in a JSON body: a positive integer below 2^53. */
export const IsId = () =>
  ValidateBy({
    name: 'isId',
    validator: { validate: isPlainId, defaultMessage: () => '$property must be a positive integer below 2^53' },
  });

/** A list of ids of ours in a JSON body. */
export const IsEveryId = () =>
  ValidateBy({
    name: 'isEveryId',
    validator: {
      validate: (value) => Array.isArray(value) && value.every(isPlainId),
      defaultMessage: () => '$property must be a list of positive integers below 2^53',
    },
  });

/** An id of ours in a query or path: plain decimal digits, read as a number. */
export const IsIdText = () =>
  applyDecorators(
    Transform(({ value }) => idFromText(value)),
    IsId(),
  );

/** The number behind plain digits without a leading zero; anything else stays as it is, and fails. */
export function idFromText(value: unknown): unknown {
  return typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value;
}

/** `true` or `false` in a query string. */
export const IsFlagText = () =>
  applyDecorators(
    Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value)),
    ValidateBy({
      name: 'isFlag',
      validator: {
        validate: (value) => typeof value === 'boolean',
        defaultMessage: () => '$property must be true or false',
      },
    }),
  );

/** A whole number from `min` to `max` in a query string. */
export const IsCountText = (min: number, max: number) =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)),
    ValidateBy({
      name: 'isCount',
      validator: {
        validate: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
        defaultMessage: () => `$property must be a whole number from ${min} to ${max}`,
      },
    }),
  );

const instantBy = (parse: typeof parseInstant) =>
  applyDecorators(
    Transform(({ value }) => {
      const parsed = parse(value);
      return parsed.ok ? parsed.instant : value;
    }),
    ValidateBy({
      name: 'isInstant',
      validator: {
        validate: (value) => value instanceof Date || isImpossible(parse, value),
        defaultMessage: () => '$property must be unix seconds or ISO 8601 with a time zone',
      },
    }),
    ValidateBy({
      name: `${POSSIBLE}Instant`,
      validator: {
        validate: (value) => value instanceof Date || !isImpossible(parse, value),
        defaultMessage: () => '$property is not a possible instant between 1970 and 2100',
      },
    }),
  );

function isImpossible(parse: typeof parseInstant, value: unknown): boolean {
  const parsed = parse(value);
  return !parsed.ok && parsed.isImpossible;
}

/** Unix seconds or ISO 8601 with a zone in a JSON body; becomes a `Date`. */
export const IsInstant = () => instantBy(parseInstant);
/** The same in a query string. */
export const IsInstantText = () => instantBy(parseInstantText);

export const IsEmailAddress = () =>
  ValidateBy({
    name: 'isEmailAddress',
    validator: {
      validate: (value) => typeof value === 'string' && isEmailAddress(value),
      defaultMessage: () => '$property must be one plain email address of at most 254 characters',
    },
  });

/** A value that passes `isPossible`; any other, of whatever shape, is an impossible one (422). */
export const IsPossible = (isPossible: (value: unknown) => boolean, demand: string) =>
  ValidateBy({
    name: POSSIBLE,
    validator: { validate: isPossible, defaultMessage: () => `$property ${demand}` },
  });

/** A day of the calendar as `YYYY-MM-DD`; anything else that is text is an impossible one. */
export const IsCalendarDay = () =>
  applyDecorators(
    IsText(40, 1),
    ValidateBy({
      name: `${POSSIBLE}Day`,
      validator: {
        validate: (value) => typeof value === 'string' && isDay(value) && parseInstant(`${value}T12:00:00Z`).ok,
        defaultMessage: () => '$property must be a day of the calendar between 1970 and 2100, as YYYY-MM-DD',
      },
    }),
  );

/** A name of the IANA time zone database. */
export const IsTimeZoneName = () =>
  applyDecorators(
    IsText(64, 1),
    ValidateBy({
      name: `${POSSIBLE}TimeZone`,
      validator: {
        validate: (value) => typeof value === 'string' && isTimeZone(value),
        defaultMessage: () => '$property must be an IANA time zone such as Europe/Madrid',
      },
    }),
  );

/** Turns what class-validator found into one error that names every field: 422 when all shapes are right, else 400. */
export function validationFailure(errors: ValidationError[]): DomainError {
  const problems = errors.flatMap((error) => flatten(error, ''));
  const onlyImpossible = problems.every((problem) => problem.constraint.startsWith(POSSIBLE));
  const shown = problems.slice(0, 20).map(({ field, message }) => ({ field, message }));
  return new DomainError(
    onlyImpossible ? 422 : 400,
    onlyImpossible ? 'VALIDATION.IMPOSSIBLE' : 'VALIDATION.FAILED',
    shown.map((problem) => problem.message).join('; ') || 'The request is not valid.',
    { details: shown },
  );
}

interface Problem {
  field: string;
  constraint: string;
  message: string;
}

function flatten(error: ValidationError, parent: string): Problem[] {
  const property = error.property.slice(0, 100);
  const field = parent === '' ? property : `${parent}.${property}`;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    field,
    constraint,
    message: (parent === '' ? message : `${parent}.${message}`).slice(0, 300),
  }));
  return [...own.slice(0, 1), ...(error.children ?? []).flatMap((child) => flatten(child, field))];
}
