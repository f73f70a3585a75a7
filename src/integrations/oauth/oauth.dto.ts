import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { badRequest } from '../../common/errors.js';
import { IsText, Optional } from '../../common/validation.js';

export class StartOAuthQuery {
  @ApiPropertyOptional({
    example: 'zoho',
    description: 'Which of its services; `zoho` is Zoho Projects',
    default: 'zoho',
  })
  @Optional()
  @IsText(32, 1)
  provider?: string;

  @ApiPropertyOptional({ example: 'eu', description: 'One of the regions the provider lists' })
  @Optional()
  @IsText(16, 1)
  region?: string;

  @ApiPropertyOptional({ example: '/settings', description: 'Page of ours to go to at the end, instead of an answer' })
  @Optional()
  @IsText(500, 1)
  @Matches(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, { message: 'return_to must be a path of this server' })
  return_to?: string;
}

/** What the consent page sent the user back with. */
export interface ConsentAnswer {
  state?: string;
  code?: string;
  error?: string;
  location?: string;
  /** The accounts host it says it is, which is checked and never called. */
  server?: string;
}

const LONGEST = 2048;

/**
 * Reads the parameters we know; OAuth asks to ignore the others.
 * @throws DomainError 400 for one that is given twice or is too long
 */
export function readConsentAnswer(query: Readonly<Record<string, unknown>>): ConsentAnswer {
  const text = (name: string): string | undefined => {
    const value = query[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string' && value.length <= LONGEST) return value;
    throw badRequest('VALIDATION.FAILED', `${name} must be one text of at most ${LONGEST} characters`);
  };
  return {
    state: text('state'),
    code: text('code'),
    error: text('error'),
    location: text('location'),
    server: text('accounts-server'),
  };
}
