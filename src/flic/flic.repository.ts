import { Injectable } from '@nestjs/common';
import { Database, prepared } from '../database/database.js';
import type { FlicEvent, FlicSettings } from './flic-settings.js';

/** What a request says about the button that was pressed. */
export interface PressedButton {
  button: string;
  name: string | null;
  batteryPercent: number | null;
  /** The button's own time stamp, as sent: a repeated one is the same press. */
  stamp: string | null;
}

export interface PressRecord {
  userId: number;
  button: string;
  event: FlicEvent;
  outcome: 'started' | 'stopped' | 'none' | 'ignored' | 'failed';
  answer: string;
  entryId: number | null;
}

export interface ButtonItem {
  button: string;
  name: string | null;
  battery_percent: number | null;
  last_pressed_at: number;
}

/** One row decides which of several presses counts, however many arrive at the same moment and at whichever replica. */
const ACCEPT = prepared(
  'flic.accept',
  `insert into flic_buttons as b (user_id, button, name, battery_percent, last_stamp, last_pressed_at)
   values ($1, $2, $3, $4, $5, now())
   on conflict (user_id, button) do update set
     name = coalesce(excluded.name, b.name), battery_percent = coalesce(excluded.battery_percent, b.battery_percent),
     last_stamp = coalesce(excluded.last_stamp, b.last_stamp), last_pressed_at = excluded.last_pressed_at
   where b.last_pressed_at <= now() - make_interval(secs => $6)
     and (excluded.last_stamp is null or b.last_stamp is distinct from excluded.last_stamp)`,
);

const RECORD = prepared(
  'flic.record',
  `insert into flic_presses (user_id, button, event, outcome, answer, entry_id) values ($1, $2, $3, $4, $5, $6)`,
);

@Injectable()
export class FlicRepository {
  constructor(private readonly database: Database) {}

  /** @returns false for a press that came within `debounceSeconds` of the one before, or is the same one again */
  async accept(userId: number, pressed: PressedButton, debounceSeconds: number): Promise<boolean> {
    const { button, name, batteryPercent, stamp } = pressed;
    return (await this.database.execute(ACCEPT, [userId, button, name, batteryPercent, stamp, debounceSeconds])) === 1;
  }

  async record(press: PressRecord): Promise<void> {
    const { userId, button, event, outcome, answer, entryId } = press;
    await this.database.execute(RECORD, [userId, button, event, outcome, answer.slice(0, 1000), entryId]);
  }

  async findSettings(userId: number): Promise<Partial<FlicSettings>> {
    const [row] = await this.database.query<{ settings: Partial<FlicSettings> }>(
      prepared('flic.settings', 'select settings from flic_settings where user_id = $1'),
      [userId],
    );
    return row?.settings ?? {};
  }

  /** What is left out stays, also when two requests meet. */
  async saveSettings(userId: number, changes: Partial<FlicSettings>): Promise<void> {
    await this.database.execute(
      `insert into flic_settings as s (user_id, settings) values ($1, $2)
       on conflict (user_id) do update set settings = s.settings || excluded.settings, modified_at = now()`,
      [userId, JSON.stringify(changes)],
    );
  }

  listButtons(userId: number): Promise<ButtonItem[]> {
    return this.database.query<ButtonItem>(
      `select button, name, battery_percent, extract(epoch from last_pressed_at)::float8 as last_pressed_at
       from flic_buttons where user_id = $1 order by last_pressed_at desc`,
      [userId],
    );
  }
}
