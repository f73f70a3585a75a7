import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MAIL_LOCALES, type MailLocale } from '../config/mail-settings.js';
import { IsCalendarDay, IsIdText, IsInstantText, IsText, IsTimeZoneName, Optional } from '../common/validation.js';
import { REPORT_FORMATS, type ReportFormat } from './report-renderings.js';

const LOCALE = { example: 'en', enum: MAIL_LOCALES, description: 'Language of the report; `MAIL_LOCALE` without it' };

export class OwnReportQuery {
  @ApiProperty({ example: 1784498400, type: Number, description: 'Unix seconds, or ISO 8601 with a zone' })
  @IsInstantText()
  from: Date;

  @ApiProperty({ example: 1784584800, type: Number, description: 'After `from`, by 400 days at most' })
  @IsInstantText()
  to: Date;

  @ApiPropertyOptional({ example: 'xlsx', enum: REPORT_FORMATS, default: 'json' })
  @Optional()
  @IsIn(REPORT_FORMATS)
  format?: ReportFormat;

  @ApiPropertyOptional({ example: 'Europe/Madrid', description: 'Whose midnights part the days; your own without it' })
  @Optional()
  @IsTimeZoneName()
  time_zone?: string;

  @ApiPropertyOptional(LOCALE)
  @Optional()
  @IsIn(MAIL_LOCALES)
  locale?: MailLocale;
}

export class PeriodQuery {
  @ApiPropertyOptional({ example: 12, description: 'One user; everybody without it' })
  @Optional()
  @IsIdText()
  idUser?: number;

  @ApiProperty({ example: '2025-07-14', description: 'First day, in `REPORT_TIME_ZONE`' })
  @IsCalendarDay()
  startDate: string;

  @ApiProperty({ example: '2025-07-21', description: 'Last day, included; 400 days at most' })
  @IsCalendarDay()
  endDate: string;
}

export class DownloadQuery extends PeriodQuery {
  @ApiPropertyOptional({ example: 'xlsx', enum: REPORT_FORMATS, default: 'xlsx' })
  @Optional()
  @IsIn(REPORT_FORMATS)
  format?: ReportFormat;

  @ApiPropertyOptional(LOCALE)
  @Optional()
  @IsIn(MAIL_LOCALES)
  locale?: MailLocale;
}

export class ExplainQuery extends PeriodQuery {
  @ApiPropertyOptional({ example: '2025-07-15', description: 'Only what lies in this day' })
  @Optional()
  @IsCalendarDay()
  day?: string;

  @ApiPropertyOptional({ example: '2025-07-14', description: 'Only what lies in the week of this day' })
  @Optional()
  @IsCalendarDay()
  week?: string;

  @ApiPropertyOptional({ example: 'Proyecto Interno', description: 'Only this project; empty for none' })
  @Optional()
  @IsText(1000)
  projectName?: string;

  @ApiPropertyOptional({ example: 'clockify', description: 'Only this service' })
  @Optional()
  @IsText(64, 1)
  provider?: string;
}
