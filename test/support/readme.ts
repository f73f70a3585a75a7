import fs from 'node:fs';

/** A command line that a page shows, with the answer shown below it. */
export interface ShownCommand {
  command: string;
  /** What a JSON block right after it promises; `undefined` when the page shows no answer. */
  answer?: unknown;
}

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** Fenced blocks of one language, in order. */
export const blocksOf = (file: string, language: string): string[] =>
  [...fs.readFileSync(file, 'utf8').matchAll(FENCE)].filter((match) => match[1] === language).map((match) => match[2]!);

/** Every line of every `bash` block, lines that end in a backslash joined. */
export function commandsOf(file: string): ShownCommand[] {
  const commands: ShownCommand[] = [];
  for (const [, language, text] of fs.readFileSync(file, 'utf8').matchAll(FENCE)) {
    if (language === 'bash') {
      const lines = text!.replaceAll(/\\\n\s*/g, '').split('\n');
      commands.push(...lines.filter((line) => line.trim() !== '').map((command) => ({ command })));
    } else if (language === 'json') {
      const last = commands.at(-1);
      if (last === undefined) throw new Error(`${file} shows an answer before any command`);
      last.answer = JSON.parse(text!);
    }
  }
  return commands;
}

/**
 * Where an answer is not what the page shows: the page may leave fields out, and numbers differ from run to run. Empty when
 * it is what the page shows.
 */
export function contradictions(shown: unknown, real: unknown, at = 'answer'): string[] {
  if (typeof shown === 'object' && shown !== null) {
    if (typeof real !== 'object' || real === null) return [`${at} is ${JSON.stringify(real)}`];
    return Object.entries(shown).flatMap(([key, value]) =>
      key in real
        ? contradictions(value, (real as Record<string, unknown>)[key], `${at}.${key}`)
        : [`${at} has no ${key}`],
    );
  }
  return isAlike(shown, real) ? [] : [`${at} is ${JSON.stringify(real)}, shown is ${JSON.stringify(shown)}`];
}

function isAlike(shown: unknown, real: unknown): boolean {
  if (typeof shown === 'number') return typeof real === 'number';
  if (typeof shown !== 'string' || typeof real !== 'string') return shown === real;
  return withoutNumbers(shown) === withoutNumbers(real);
}

const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '0');
