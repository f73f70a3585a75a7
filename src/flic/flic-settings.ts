export const FLIC_EVENTS = ['click', 'double_click', 'hold'] as const;
export type FlicEvent = (typeof FLIC_EVENTS)[number];

export const FLIC_ACTIONS = ['toggle', 'start', 'stop', 'none'] as const;
export type FlicAction = (typeof FLIC_ACTIONS)[number];

/** What one event of a button does, and where. */
export interface FlicBinding {
  action: FlicAction;
  integration_id?: number | null;
  project_id?: number | null;
  task?: string;
}

export interface FlicSettings extends Record<FlicEvent, FlicBinding> {
  /** Where timers run when the event names nothing else; null = the oldest service with timers, else here. */
  default_integration: number | null;
}

/** A button out of the box: a click toggles, the other two do nothing. */
export const DEFAULT_FLIC_SETTINGS: FlicSettings = {
  default_integration: null,
  click: { action: 'toggle', task: 'Working' },
  double_click: { action: 'none' },
  hold: { action: 'none' },
};
