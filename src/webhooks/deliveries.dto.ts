import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator';
import { PageQuery } from '../common/pages.js';
import { IsEveryId, IsIdText, IsInstant, IsText, Optional } from '../common/validation.js';
import { DELIVERY_STATES, type DeliveryResult, type DeliveryState } from './delivery.js';
import type { ListedDelivery, WholeDelivery } from './delivery-list.repository.js';
import type { ShownBody } from './delivery-list.service.js';

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATES, example: 'rejected' })
  @Optional()
  @IsIn(DELIVERY_STATES)
  status?: DeliveryState;

  @ApiPropertyOptional({ example: 'clockify', description: 'The service it came from' })
  @Optional()
  @IsText(50, 1)
  provider?: string;

  @ApiPropertyOptional({ example: '64c777ddd3fcab07cfbb210c', description: 'The entry it is about' })
  @Optional()
  @IsText(100, 1)
  externalId?: string;
}

export class DeliveryId {
  @ApiProperty({ example: 4711 })
  @IsIdText()
  id: number;
}

/** What is to be tried again; at least one of them must be given, and all that are given hold. */
export class ReplayDto {
  @ApiPropertyOptional({ example: [4711], type: [Number], description: 'At most 1,000' })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsEveryId()
  ids?: number[];

  @ApiPropertyOptional({ enum: DELIVERY_STATES, example: 'rejected' })
  @Optional()
  @IsIn(DELIVERY_STATES)
  status?: DeliveryState;

  @ApiPropertyOptional({ example: '2026-07-20T00:00:00Z', description: 'Received at or after it' })
  @Optional()
  @IsInstant()
  from?: Date;

  @ApiPropertyOptional({ example: '2026-07-21T00:00:00Z', description: 'Received before it' })
  @Optional()
  @IsInstant()
  to?: Date;
}

const RESULT = { entryId: 24, outcome: 'created', note: null };

/** One delivery, without its bytes. */
export class DeliveryResponse {
  @ApiProperty({ example: 4711 }) id: number;
  @ApiProperty({ example: 'clockify' }) provider: string;
  @ApiProperty({ example: 'start' }) event: string;
  @ApiProperty({ example: '64a687e29ae1f428e7ebe303', type: String, nullable: true }) workspaceId: string | null;
  @ApiProperty({ example: '64c777ddd3fcab07cfbb210c', type: String, nullable: true }) externalId: string | null;
  @ApiProperty({ enum: DELIVERY_STATES, example: 'done' }) status: DeliveryState;
  @ApiProperty({ example: 1, description: 'How many copies came' }) deliveryCount: number;
  @ApiProperty({ example: 1, description: 'Tries to work it off' }) attempts: number;
  @ApiProperty({ example: 812, type: Number, nullable: true, description: 'Its place in what the ledger was told' })
  appliedOrder: number | null;
  @ApiProperty({ example: null, type: String, nullable: true }) error: string | null;
  @ApiProperty({ example: RESULT, type: Object, nullable: true }) result: DeliveryResult | null;
  @ApiProperty({ example: '2026-07-20T13:00:01.000Z' }) receivedAt: string;
  @ApiProperty({ example: '2026-07-20T13:00:01.000Z' }) lastReceivedAt: string;

  static from({ state, receivedAt, lastReceivedAt, ...row }: ListedDelivery): DeliveryResponse {
    return {
      id: row.id,
      provider: row.provider,
      event: row.event,
      workspaceId: row.workspaceId,
      externalId: row.externalId,
      status: state,
      deliveryCount: row.deliveryCount,
      attempts: row.attempts,
      appliedOrder: row.appliedOrder,
      error: row.error,
      result: row.result,
      receivedAt: receivedAt.toISOString(),
      lastReceivedAt: lastReceivedAt.toISOString(),
    };
  }
}

/** The same with what came. */
export class WholeDeliveryResponse extends DeliveryResponse {
  @ApiProperty({ example: { 'content-type': 'application/json' }, type: Object, description: 'Those that are kept' })
  headers: Record<string, string>;
  @ApiProperty({ enum: ['text', 'base64', 'withheld'], example: 'text' }) encoding: ShownBody['encoding'];
  @ApiProperty({ example: '{"id":"64c777ddd3fcab07cfbb210c"}', description: 'As it came; empty where it is withheld' })
  body: string;

  static fromWhole(delivery: WholeDelivery & { shown: ShownBody }): WholeDeliveryResponse {
    const { headers, shown } = delivery;
    return Object.assign(new WholeDeliveryResponse(), DeliveryResponse.from(delivery), { headers }, shown);
  }
}
