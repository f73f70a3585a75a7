import {
  BadRequestException,
  ForbiddenException,
  InternalServerErrorException,
  NotFoundException,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../common/errors.js';
import { ProviderError } from '../integrations/contract/provider-error.js';
import { describeFailure } from './describe-failure.js';

const NOW = new Date('2026-03-02T08:00:00Z');
const describeIt = (error: unknown) => describeFailure(error, NOW);

describe('describeFailure', () => {
  it('passes a refusal of ours on as it is', () => {
    const error = new DomainError(429, 'LOGIN.TOO_MANY', 'Later.', { retryAfterSeconds: 60, details: [1] });
    expect(describeIt(error)).toEqual({
      status: 429,
      code: 'LOGIN.TOO_MANY',
      message: 'Later.',
      retryAfterSeconds: 60,
      details: [1],
      blame: 'caller',
    });
  });

  it('uses words of its own for what the framework throws', () => {
    expect(describeIt(new NotFoundException('Cannot GET /secret?token=x'))).toMatchObject({
      status: 404,
      code: 'ROUTE.NOT_FOUND',
    });
    expect(describeIt(new BadRequestException('Unexpected token h in {"password":"h'))).toMatchObject({
      status: 400,
      message: 'The request is not valid.',
    });
    expect(describeIt(new ForbiddenException())).toMatchObject({ status: 403, code: 'AUTH.FORBIDDEN' });
    expect(describeIt(new InternalServerErrorException('stack'))).toMatchObject({
      status: 500,
      code: 'INTERNAL',
      blame: 'us',
    });
  });

  it.each([
    ['invalid_credentials', 422, 'PROVIDER.INVALID_CREDENTIALS', undefined],
    ['rejected', 422, 'PROVIDER.REJECTED', undefined],
    ['not_found', 404, 'PROVIDER.NOT_FOUND', undefined],
    ['conflict', 409, 'PROVIDER.CONFLICT', undefined],
    ['unavailable', 503, 'PROVIDER.UNAVAILABLE', 30],
    ['quota', 503, 'PROVIDER.QUOTA', 30],
  ] as const)('says what a provider meant: %s', (kind, status, code, retryAfterSeconds) => {
    const failure = describeIt(new ProviderError(kind, 'The project is archived.'));
    expect(failure).toMatchObject({ status, code, message: 'The project is archived.' });
    expect(failure.retryAfterSeconds).toBe(retryAfterSeconds);
  });

  it('counts the seconds until a quota is free again, at least one', () => {
    const until = (retryAt: string) =>
      describeIt(new ProviderError('quota', 'x', { retryAt: new Date(retryAt) })).retryAfterSeconds;
    expect(until('2026-03-02T08:00:10.200Z')).toBe(11);
    expect(until('2026-03-02T07:59:00Z')).toBe(1);
  });

  it('trusts a status code only on errors of the framework', () => {
    expect(
      describeIt(Object.assign(new Error(), { statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' })),
    ).toMatchObject({ status: 413 });
    expect(describeIt(Object.assign(new Error(), { statusCode: 404 }))).toMatchObject({ status: 500 });
  });

  it.each([new TypeError('x is not a function'), 'a string', undefined, null, { status: 404 }])(
    'tells nothing of anything else',
    (thrown) => {
      expect(describeIt(thrown)).toEqual({
        status: 500,
        code: 'INTERNAL',
        message: 'Something went wrong on our side.',
        blame: 'us',
      });
    },
  );
});
