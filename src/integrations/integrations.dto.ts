import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { toUnixSeconds } from '../common/instant.js';
import { PageQuery } from '../common/pages.js';
import { IsId, IsIdText, IsText, Optional } from '../common/validation.js';
import type { CredentialField, SettingField, TimeTrackingProvider } from './contract/provider.js';
import type { Integration } from './integration.entity.js';

export class CreateIntegrationDto {
  @ApiProperty({ example: 'toggl', description: 'Key of a provider, see /v1/resources/providers' })
  @IsText(32, 1)
  provider: string;

  @ApiPropertyOptional({ example: 'Toggl of Ana' })
  @Optional()
  @IsText(100, 1)
  name?: string;

  @ApiPropertyOptional({ description: 'One of the regions the provider lists' })
  @Optional()
  @IsText(16, 1)
  region?: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { api_token: '1971800d4d82861d8f2c1651fea4d212' },
  })
  @IsObject()
  credentials: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { workspace_id: '2000001' } })
  @Optional()
  @IsObject()
  settings?: Record<string, unknown>;
}

export class UpdateIntegrationDto {
  @ApiPropertyOptional({ example: 10, description: 'Here or in the path' })
  @Optional()
  @IsId()
  id?: number;

  @ApiPropertyOptional({ example: 'Toggl of Ana' })
  @Optional()
  @IsText(100, 1)
  name?: string;

  @ApiPropertyOptional()
  @Optional()
  @IsText(16, 1)
  region?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @Optional()
  @IsObject()
  credentials?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @Optional()
  @IsObject()
  settings?: Record<string, unknown>;
}

export class IntegrationsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 10 })
  @Optional()
  @IsIdText()
  id?: number;
}

export class IntegrationIdQuery {
  @ApiPropertyOptional({ example: 10 })
  @Optional()
  @IsIdText()
  id?: number;
}

/** What leaves: never a credential, not even masked. */
export class IntegrationResponse {
  @ApiProperty({ example: 10 }) id: number;
  @ApiProperty({ example: 'toggl' }) provider: string;
  @ApiProperty({ example: 'Toggl of Ana' }) name: string;
  @ApiProperty({ example: null, nullable: true, type: String }) region: string | null;
  @ApiProperty({ example: '1000001' }) account_id: string;
  @ApiProperty({ example: 'Ana Prueba', nullable: true, type: String }) account_name: string | null;
  @ApiProperty({ example: '2000001' }) workspace_id: string;
  @ApiProperty({ example: 'Ana’s workspace', nullable: true, type: String }) workspace_name: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} }) settings: Record<string, unknown>;
  @ApiProperty({ enum: ['connected', 'needs_reauth', 'error'] }) state: string;
  @ApiProperty({ example: null, nullable: true, type: String }) last_error: string | null;
  @ApiProperty({ example: 1784530800 }) created_at: number;

  static from(row: Integration): IntegrationResponse {
    return {
      id: row.id,
      provider: row.provider,
      name: row.name,
      region: row.region,
      account_id: row.accountId,
      account_name: row.accountName,
      workspace_id: row.workspaceId,
      workspace_name: row.workspaceName,
      settings: row.settings,
      state: row.state,
      last_error: row.lastError,
      created_at: toUnixSeconds(row.createdAt),
    };
  }
}

type CredentialFieldResponse = Omit<CredentialField, 'insteadOf'> & { instead_of?: string };

const fieldResponse = ({ insteadOf, ...field }: CredentialField): CredentialFieldResponse =>
  insteadOf === undefined ? field : { ...field, instead_of: insteadOf };

export class ProviderResponse {
  @ApiProperty({ example: 'toggl' }) key: string;
  @ApiProperty({ example: 'Toggl Track' }) name: string;
  @ApiProperty({ example: [{ name: 'api_token', required: true, secret: true }] })
  credential_fields: CredentialFieldResponse[];
  @ApiProperty({ example: [{ name: 'workspace_id' }] })
  setting_fields: readonly SettingField[];
  @ApiProperty({ example: [] }) regions: readonly string[];
  @ApiProperty({ example: ['logs', 'timer', 'changes_since'] }) features: string[];
  @ApiProperty({ example: 'start' }) complete_when: string;

  static from(provider: TimeTrackingProvider): ProviderResponse {
    const features = ['logs'];
    if (provider.timer !== undefined) features.push('timer');
    if (provider.incremental !== undefined) features.push('changes_since');
    if (provider.team !== undefined) features.push('team');
    if (provider.projectSearch !== undefined) features.push('project_search');
    if (provider.oauth !== undefined) features.push('oauth');
    return {
      key: provider.key,
      name: provider.name,
      credential_fields: provider.credentialFields.map(fieldResponse),
      setting_fields: provider.settingFields,
      regions: provider.regions,
      features,
      complete_when: provider.completeWhen,
    };
  }
}
