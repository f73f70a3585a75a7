import type { MailLocale } from '../config/mail-settings.js';

/** The content of a mail, from which both its parts are made. All of it is text: nothing in it is taken for HTML. */
export interface LetterContent {
  locale: MailLocale;
  subject: string;
  /** The line that is read first. */
  banner: string;
  tone: 'good' | 'neutral' | 'alert';
  paragraphs: readonly string[];
  /** Label and value, in the order in which they are shown. */
  facts?: readonly (readonly [label: string, value: string])[];
}

const COLOURS: Record<LetterContent['tone'], string> = { good: '#1b7f4b', neutral: '#2b4c7e', alert: '#b3261e' };

/** A letter as a mail program reads it. */
export interface RenderedLetter {
  locale: MailLocale;
  subject: string;
  html: string;
  text: string;
}

/** The HTML part and the same content as plain text, for programs that show no HTML. */
export function renderLetter(content: LetterContent): RenderedLetter {
  const { locale, subject } = content;
  return { locale, subject, html: renderHtml(content), text: renderText(content) };
}

function renderHtml({ locale, banner, tone, paragraphs, facts = [] }: LetterContent): string {
  const rows = facts.map(
    ([label, value]) =>
      `<tr><th style="text-align:left;padding:4px 16px 4px 0;vertical-align:top">${escapeHtml(label)}</th>` +
      `<td style="padding:4px 0;white-space:pre-wrap">${escapeHtml(value)}</td></tr>`,
  );
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"></head>`,
    '<body style="font-family:sans-serif;color:#222;max-width:40em">',
    `<p style="background:${COLOURS[tone]};color:#fff;padding:10px 14px;font-weight:bold">${escapeHtml(banner)}</p>`,
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...(rows.length === 0 ? [] : ['<table style="border-collapse:collapse">', ...rows, '</table>']),
    '</body></html>',
  ].join('\n');
}

function renderText({ banner, paragraphs, facts = [] }: LetterContent): string {
  // A value of several lines must not look like several facts.
  const lines = facts.map(([label, value]) => `${label}: ${value.replaceAll('\n', '\n  ')}`);
  return [banner, ...paragraphs, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
