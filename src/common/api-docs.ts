import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiProduces, ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** Names under which the API's document describes the ways of proving who calls. */
export const SECURITY_SCHEMES = {
  cookie: 'cookie',
  bearer: 'bearer',
  username: 'username',
  authToken: 'auth_token',
  adminSecret: 'admin_secret',
} as const;

/** A route that answers the plain text `Success`. */
export const ApiSuccess = (description: string) =>
  applyDecorators(
    ApiProduces('text/plain', 'application/json'),
    ApiResponse({
      status: 200,
      description,
      content: { 'text/plain': { schema: { type: 'string', enum: ['Success'] }, example: 'Success' } },
    }),
  );

/** `{"result": …}` with an example written out, where the answer has no class of its own. */
export const ApiResultExample = (status: 200 | 201, description: string, example: object) =>
  ApiResponse({ status, description, content: { 'application/json': { schema: { type: 'object' }, example } } });

/** `{"result": …}`, with the examples of the fields put together; a list may have `next_cursor` beside it. */
export function ApiResult(status: 200 | 201 | 202, description: string, type: Type | [Type]) {
  const [item] = Array.isArray(type) ? type : [type];
  const reference = { $ref: getSchemaPath(item) };
  const properties: Record<string, object> = Array.isArray(type)
    ? { result: { type: 'array', items: reference }, next_cursor: { type: 'string' } }
    : { result: reference };
  const example = { result: Array.isArray(type) ? [exampleOf(item)] : exampleOf(item) };
  return applyDecorators(
    ApiExtraModels(item),
    ApiResponse({
      status,
      description,
      content: {
        'application/json': { schema: { type: 'object', required: ['result'], properties }, example },
      },
    }),
  );
}

/** A bare answer without an envelope. */
export function ApiBare(description: string, type: Type | [Type], status: 200 | 201 = 200) {
  const [item] = Array.isArray(type) ? type : [type];
  const reference = { $ref: getSchemaPath(item) };
  const schema = Array.isArray(type) ? { type: 'array', items: reference } : reference;
  const example = Array.isArray(type) ? [exampleOf(item)] : exampleOf(item);
  return applyDecorators(
    ApiExtraModels(item),
    ApiResponse({ status, description, content: { 'application/json': { schema, example } } }),
  );
}

/** The examples given to `@ApiProperty`, which keeps them under these keys. */
function exampleOf({ prototype }: Type): object {
  const names = (Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype as object) ?? []) as string[];
  const entries = names.map((marked) => {
    const name = marked.replace(/^:/, '');
    const property = Reflect.getMetadata('swagger/apiModelProperties', prototype as object, name) as {
      example: unknown;
    };
    return [name, property.example];
  });
  return Object.fromEntries(entries) as object;
}

const STATUS_OF = {
  'AUTH.MIXED_IDENTITIES': 400,
  'IDEMPOTENCY.BAD_KEY': 400,
  'IMPORT.BAD_UPLOAD': 400,
  'PAGE.BAD_CURSOR': 400,
  'SEARCH.NO_FILTER': 400,
  'VALIDATION.FAILED': 400,
  'AUTH.REQUIRED': 401,
  'OAUTH.FOREIGN_SERVER': 400,
  'AUTH.ORIGIN': 403,
  'OAUTH.BAD_STATE': 403,
  'AUTH.ROLE': 403,
  'ME.WRONG_PASSWORD': 403,
  'SESSION.OWN_ENTRY': 403,
  'DELIVERY.NOT_FOUND': 404,
  'FLIC.UNKNOWN_EVENT': 404,
  'IMPORT.NOT_FOUND': 404,
  'INTEGRATION.NOT_FOUND': 404,
  'LOG.NOT_FOUND': 404,
  'PROJECT.NOT_FOUND': 404,
  'REPORT.NO_SESSIONS': 404,
  'REPORT.RUN_NOT_FOUND': 404,
  'SESSION.NOT_FOUND': 404,
  'TIME_ENTRY.NOT_FOUND': 404,
  'BINNACLE.NOT_FOUND': 404,
  'TIMELINE.FINDING_NOT_FOUND': 404,
  'TOKEN.NOT_FOUND': 404,
  'USER.NOT_FOUND': 404,
  'INTEGRATION.ACCOUNT_TAKEN': 409,
  'INTEGRATION.NEEDS_REAUTH': 409,
  'OAUTH.NOT_CONFIGURED': 409,
  'SESSION.ALREADY_DECIDED': 409,
  'SESSION.AMBIGUOUS': 409,
  'SESSION.NOT_DECIDED': 409,
  'SESSION.DUPLICATE_EXTERNAL_ID': 409,
  'SESSION.NOT_UNDER_REVIEW': 409,
  'SESSION.STILL_OPEN': 409,
  'USER.DUPLICATE_EXTERNAL_ID': 409,
  'OAUTH.NO_PUBLIC_URL': 409,
  'REPORT.NOT_MADE': 409,
  'TIMELINE.FINDING_GONE': 409,
  'TIMER.BUSY': 409,
  'TIME_ENTRY.LOCKED': 409,
  'USER.LAST_ADMIN': 409,
  'USER.NO_LOGIN': 409,
  'USER.USERNAME_TAKEN': 409,
  'BODY.TOO_LARGE': 413,
  'IDEMPOTENCY.KEY_REUSED': 422,
  'IMPORT.UNREADABLE': 422,
  'INTEGRATION.OTHER_ACCOUNT': 422,
  'INTEGRATION.UNKNOWN_PROVIDER': 422,
  'OAUTH.REFUSED': 422,
  'SEARCH.DAYS_REVERSED': 422,
  'SESSION.BAD_DURATION': 422,
  'SESSION.BAD_OFFSET': 422,
  'SESSION.END_BEFORE_START': 422,
  'SESSION.NOT_BEGUN': 422,
  'SESSION.RUNNING_OR_ENDED': 422,
  'SESSION.TOO_LONG': 422,
  'SESSION.UNKNOWN_PROJECT': 422,
  'SESSION.UNKNOWN_USER': 422,
  'LOG.END_BEFORE_START': 422,
  'LOG.NOT_BEGUN': 422,
  'LOG.PROJECT_MISMATCH': 422,
  'LOG.TOO_LONG': 422,
  'PROVIDER.INVALID_CREDENTIALS': 422,
  'PROVIDER.REJECTED': 422,
  'REPORT.DOMAIN_NOT_ALLOWED': 422,
  'TIMELINE.FIX_NOT_OFFERED': 422,
  'TIMER.NOT_SUPPORTED': 422,
  'VALIDATION.IMPOSSIBLE': 422,
  'WEBHOOK.INVALID': 422,
  'AUTH.TOO_MANY_FAILURES': 429,
  'IMPORT.BUSY': 429,
  'RATE.LIMITED': 429,
  'REPORT.BUSY': 429,
  'PROVIDER.QUOTA': 503,
  'PROVIDER.UNAVAILABLE': 503,
  'WEBHOOK.BUSY': 503,
} as const;

const MEANING: Record<number, string> = {
  400: 'The request has the wrong shape',
  401: 'No valid credentials',
  403: 'Not allowed',
  404: 'Absent, or not yours',
  409: 'Contradicts what is there',
  413: 'Too large',
  422: 'Well-formed, but impossible',
  429: 'Too often; see `Retry-After`',
  503: 'A service is away or wants a pause; see `Retry-After`',
};

/** The codes a route can answer beside its success, grouped by status. */
export function ApiErrors(...codes: (keyof typeof STATUS_OF)[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(codes.map((code) => STATUS_OF[code]))];
  return applyDecorators(
    ...statuses.map((status) => {
      const own = codes.filter((code) => STATUS_OF[code] === status);
      return ApiResponse({
        status,
        description: `${MEANING[status]}: ${own.map((code) => `\`${code}\``).join(', ')}`,
        content: {
          'application/json': {
            schema: { type: 'object', required: ['statusCode', 'code', 'message', 'requestId'] },
            example: {
              statusCode: status,
              code: own[0],
              message: 'What is wrong, in one sentence.',
              requestId: '1f0c6d1e-6f0a-4f6e-9f2b-0d8f0c9a7b11',
            },
          },
        },
      });
    }),
  );
}
