import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { messageOf } from '../common/errors.js';
import { HealthRepository } from './health.repository.js';

const PUSH_STATES = ['pending', 'sending', 'unknown', 'done', 'failed', 'cancelled'];
const MAIL_STATES = ['pending', 'sending', 'failed'];
const DELIVERY_STATES = ['pending', 'processing', 'duplicate', 'conflict', 'rejected', 'ignored', 'unmatched', 'dead'];

/** What Prometheus may read. One registry per application, so that several can live in one process. */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  private readonly logger = new Logger(Metrics.name);
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'timesheet_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  private readonly pushes = new Gauge({
    name: 'timesheet_pushes',
    help: 'Writes towards the outside services, by state',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });
  private readonly oldestPush = new Gauge({
    name: 'timesheet_oldest_due_push_seconds',
    help: 'How long the oldest due push has been waiting',
    registers: [this.registry],
  });
  private readonly mails = new Gauge({
    name: 'timesheet_mails',
    help: 'Mails that are not with everybody, by state; failed ones will not be without a person',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });
  private readonly oldestMail = new Gauge({
    name: 'timesheet_oldest_due_mail_seconds',
    help: 'How long the oldest due mail has been waiting',
    registers: [this.registry],
  });
  private readonly deliveries = new Gauge({
    name: 'timesheet_deliveries',
    help: 'Deliveries of the services by state, without those that are done; dead ones want somebody to look',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });
  private readonly oldestDelivery = new Gauge({
    name: 'timesheet_oldest_due_delivery_seconds',
    help: 'How long the oldest delivery has been waiting to be worked off',
    registers: [this.registry],
  });
  private readonly pool = new Gauge({
    name: 'timesheet_database_connections',
    help: 'Connections of the pool; waiting counts requests for one',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });

  constructor(private readonly repository: HealthRepository) {
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param route the pattern: an address would make a series of its own for every id */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status }, seconds);
  }

  async render(): Promise<string> {
    await this.readFigures();
    return this.registry.metrics();
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }

  /** The figures of the process are still worth having while the database is away. */
  private async readFigures(): Promise<void> {
    const { total, idle, waiting } = this.repository.poolFigures();
    this.pool.set({ state: 'total' }, total);
    this.pool.set({ state: 'idle' }, idle);
    this.pool.set({ state: 'waiting' }, waiting);
    try {
      await this.readQueues();
    } catch (error) {
      this.forgetQueues();
      this.logger.warn(`figures of the database are missing: ${messageOf(error)}`);
    }
  }

  private async readQueues(): Promise<void> {
    const pushes = await this.repository.countPushesByState();
    for (const state of PUSH_STATES) this.pushes.set({ state }, pushes.get(state) ?? 0);
    this.oldestPush.set(await this.repository.oldestDuePushSeconds());
    const mails = await this.repository.countMailsByState();
    for (const state of MAIL_STATES) this.mails.set({ state }, mails.get(state) ?? 0);
    this.oldestMail.set(await this.repository.oldestDueMailSeconds());
    const deliveries = await this.repository.countDeliveriesByState();
    for (const state of DELIVERY_STATES) this.deliveries.set({ state }, deliveries.get(state) ?? 0);
    this.oldestDelivery.set(await this.repository.oldestDueDeliverySeconds());
  }

  private forgetQueues(): void {
    const { pushes, oldestPush, mails, oldestMail, deliveries, oldestDelivery } = this;
    for (const figure of [pushes, oldestPush, mails, oldestMail, deliveries, oldestDelivery]) figure.reset();
  }
}
