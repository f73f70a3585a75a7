import { ApiPropertyOptional } from '@nestjs/swagger';
import { badRequest } from '../common/errors.js';
import { PageQuery } from '../common/pages.js';
import { IsCalendarDay, Optional } from '../common/validation.js';

/** Calendar days of the report time zone. */
export class DaysQuery extends PageQuery {
  @ApiPropertyOptional({ example: '2025-07-15', description: 'That day; with `toDate` the first of several' })
  @Optional()
  @IsCalendarDay()
  startDate?: string;

  @ApiPropertyOptional({ example: '2025-07-01', description: 'The first day' })
  @Optional()
  @IsCalendarDay()
  fromDate?: string;

  @ApiPropertyOptional({ example: '2025-07-15', description: 'The last day' })
  @Optional()
  @IsCalendarDay()
  toDate?: string;
}

/** @throws DomainError 400 when no filter is given */
export function refuseEmptySearch(query: object): void {
  if (Object.values(query).every((value) => value === undefined)) {
    throw badRequest('SEARCH.NO_FILTER', 'A search needs at least one filter.');
  }
}
