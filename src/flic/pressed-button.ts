import type { PressedButton } from './flic.repository.js';

type Headers = Record<string, string | string[] | undefined>;

/** What the Flic app adds to its request by itself; a request without it is told apart by the token it used. */
export function pressedButton(headers: Headers, credential: string): PressedButton {
  const name = textOf(headers['button-name']);
  const battery = Number(textOf(headers['button-battery-level']) ?? Number.NaN);
  return {
    button: textOf(headers['button-serial-number']) ?? name ?? credential,
    name,
    batteryPercent: Number.isInteger(battery) && battery >= 0 && battery <= 100 ? battery : null,
    stamp: textOf(headers.timestamp),
  };
}

function textOf(header: string | string[] | undefined): string | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  return text === '' ? null : text.slice(0, 100);
}
