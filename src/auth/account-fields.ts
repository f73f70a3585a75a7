import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, ValidateBy } from 'class-validator';
import { isPassword, isUsername, PASSWORD_BYTES, ROLES } from '../users/account-rules.js';

const SETTINGS_BYTES = 16_384;

const isText =
  (accepts: (text: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && accepts(value);

const IsTextThat = (name: string, accepts: (text: string) => boolean, message: string) =>
  ValidateBy({ name, validator: { validate: isText(accepts), defaultMessage: () => `$property must be ${message}` } });

export const IsUsername = () =>
  IsTextThat('isUsername', isUsername, '1 to 64 ASCII letters, digits or any of . _ - @ +');

/** Any characters; compared after NFC normalisation. */
export const IsPassword = () =>
  IsTextThat('isPassword', isPassword, `${PASSWORD_BYTES.min} to ${PASSWORD_BYTES.max} bytes of UTF-8`);

export const IsRole = () => IsIn(ROLES);

/** A JSON object of at most 16 KB, taken as it is. */
export const IsSettings = () =>
  applyDecorators(
    // The body's own object: the transformer would rebuild it and lose what it does not know.
    Transform(({ obj, key }) => (obj as Record<string, unknown>)[key]),
    ValidateBy({
      name: 'isSettings',
      validator: {
        validate: (value) =>
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          Buffer.byteLength(JSON.stringify(value)) <= SETTINGS_BYTES,
        defaultMessage: () => '$property must be an object of at most 16 KB',
      },
    }),
  );
