import { DiscoveryService } from '@nestjs/core';

/** Something that happens by the clock, once over all replicas. */
export interface ScheduledJob {
  /** Unique in the product; letters, digits and hyphens. */
  name: string;
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: string;
  /** UTC where it is left out. */
  timeZone?: string;
  /** May run again after a failure, or for an occurrence missed while the server was down. */
  run(): Promise<void>;
}

/** Marks a provider that implements `ScheduledJob`: being a provider of any module, it is found at start. */
export const Scheduled = DiscoveryService.createDecorator();
