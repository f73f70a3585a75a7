import { Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { messageOf, unprocessable } from '../common/errors.js';
import { Leases } from '../database/leases.js';
import type { IntegrationWarning } from '../integrations/integration-warning.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { EntryHomes } from '../logs/entry-homes.js';
import type { ChangeAuthor } from '../time-entries/time-entries.service.js';
import type { TimerCommandDto } from '../timers/timers.dto.js';
import { TimersService, type TimerOutcome } from '../timers/timers.service.js';
import {
  DEFAULT_FLIC_SETTINGS,
  FLIC_EVENTS,
  type FlicBinding,
  type FlicEvent,
  type FlicSettings,
} from './flic-settings.js';
import { FlicRepository, type ButtonItem, type PressedButton, type PressRecord } from './flic.repository.js';

/** Presses of one button within this time are one. */
const DEBOUNCE_SECONDS = 1.5;
const IGNORED: PressAnswer = { outcome: 'ignored', sentence: 'Ignored: this press was already counted.', warnings: [] };

export interface PressAnswer {
  outcome: PressRecord['outcome'];
  /** One sentence for a person. */
  sentence: string;
  /** What a person should look after: a service that could not be asked, or that refused. */
  warnings: IntegrationWarning[];
}

/** A button on a badge lace: one press, one command, one sentence. */
@Injectable()
export class FlicService {
  constructor(
    private readonly repository: FlicRepository,
    private readonly timers: TimersService,
    private readonly homes: EntryHomes,
    private readonly integrations: IntegrationsService,
    private readonly leases: Leases,
  ) {}

  async getSettings(userId: number): Promise<FlicSettings & { buttons: ButtonItem[] }> {
    const [stored, buttons] = await Promise.all([
      this.repository.findSettings(userId),
      this.repository.listButtons(userId),
    ]);
    return { ...DEFAULT_FLIC_SETTINGS, ...stored, buttons };
  }

  /** @throws DomainError 404 for somebody else's integration or project, 422 when they do not belong together or have no timer */
  async updateSettings(
    userId: number,
    changes: Partial<FlicSettings>,
  ): Promise<FlicSettings & { buttons: ButtonItem[] }> {
    await this.assertUsable(userId, { integration_id: changes.default_integration });
    for (const event of FLIC_EVENTS) {
      if (changes[event] !== undefined) await this.assertUsable(userId, changes[event]);
    }
    await this.repository.saveSettings(userId, changes);
    return this.getSettings(userId);
  }

  /** Carries out what the event is set to do; a second press within 1.5 s, or the same one again, does nothing. */
  async press(user: UserCaller, event: FlicEvent, pressed: PressedButton): Promise<PressAnswer> {
    // Who lost patience sends a press again: until the first one is answered, every other is the same.
    const name = `flic/${user.userId}/${pressed.button}`;
    const counted = await this.leases.whileHolding(name, 0, () => this.count(user, event, pressed));
    return counted?.result ?? this.note(user, event, pressed, IGNORED);
  }

  private async count(user: UserCaller, event: FlicEvent, pressed: PressedButton): Promise<PressAnswer> {
    if (!(await this.repository.accept(user.userId, pressed, DEBOUNCE_SECONDS))) {
      return this.note(user, event, pressed, IGNORED);
    }
    const settings = { ...DEFAULT_FLIC_SETTINGS, ...(await this.repository.findSettings(user.userId)) };
    try {
      const { action, message, entry, warnings } = await this.carryOut(user, event, settings, pressed);
      return await this.note(user, event, pressed, { outcome: action, sentence: message, warnings }, entry?.id);
    } catch (error) {
      await this.note(user, event, pressed, { outcome: 'failed', sentence: messageOf(error), warnings: [] });
      throw error;
    }
  }

  private async carryOut(
    user: UserCaller,
    event: FlicEvent,
    settings: FlicSettings,
    pressed: PressedButton,
  ): Promise<TimerOutcome> {
    const binding = settings[event];
    const author: ChangeAuthor = {
      actor: { kind: 'user', id: String(user.userId) },
      origin: { kind: 'flic', id: pressed.button },
    };
    switch (binding.action) {
      case 'toggle':
        return this.timers.toggle(user, await this.commandOf(user, binding, settings), author);
      case 'start':
        return this.timers.start(user, await this.commandOf(user, binding, settings), author);
      case 'stop':
        // Whatever runs, unless the event names where.
        return this.timers.stop(user, await this.commandOf(user, binding), author);
      case 'none':
        return { action: 'none', message: `Nothing is set for ${event}.`, entry: null, warnings: [] };
    }
  }

  private async commandOf(user: UserCaller, binding: FlicBinding, settings?: FlicSettings): Promise<TimerCommandDto> {
    const isNamed = binding.project_id != null || binding.integration_id != null;
    const fallback = isNamed ? null : (settings?.default_integration ?? null);
    return {
      task: binding.task,
      project_id: binding.project_id ?? undefined,
      integration_id: binding.integration_id ?? (await this.unlessGone(user.userId, fallback)),
    };
  }

  /** A default that was disconnected since is no reason to lose a press. */
  private async unlessGone(userId: number, integrationId: number | null): Promise<number | undefined> {
    if (integrationId === null) return undefined;
    const connected = await this.integrations.list(userId);
    return connected.some(({ id }) => id === integrationId) ? integrationId : undefined;
  }

  private async assertUsable(userId: number, binding: Omit<FlicBinding, 'action'>): Promise<void> {
    const { provider } = await this.homes.resolve(userId, binding.project_id ?? null, binding.integration_id ?? null);
    if (provider !== null && provider.timer === undefined) {
      throw unprocessable('TIMER.NOT_SUPPORTED', `${provider.name} has no timers.`);
    }
  }

  private async note(
    user: UserCaller,
    event: FlicEvent,
    { button }: PressedButton,
    answer: PressAnswer,
    entryId: number | null = null,
  ): Promise<PressAnswer> {
    const { outcome, sentence } = answer;
    await this.repository.record({ userId: user.userId, button, event, outcome, answer: sentence, entryId });
    return answer;
  }
}
