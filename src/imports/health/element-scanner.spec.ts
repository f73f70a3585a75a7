import { describe, expect, it } from 'vitest';
import { healthDocument, MINDFUL, OLD_YOGA, RUN, STEPS, workout } from '../../../test/support/health-export.js';
import { ElementScanner } from './element-scanner.js';

function scan(text: string | Buffer, chunk = 64 * 1024): { line: number; tag: string; xml: string }[] {
  const scanner = new ElementScanner();
  const bytes = Buffer.from(text);
  const found = [];
  for (let at = 0; at < bytes.length; at += chunk) found.push(...scanner.feed(bytes.subarray(at, at + chunk)));
  scanner.end();
  return found.map(({ xml, ...element }) => ({ ...element, xml: xml.toString() }));
}

const DOCUMENT = healthDocument(STEPS, RUN, STEPS, MINDFUL, OLD_YOGA);

describe('the scanner of health exports', () => {
  it('cuts out workouts and mindful sessions, past a malformed document type', () => {
    expect(scan(DOCUMENT).map(({ xml }) => xml)).toEqual([RUN, MINDFUL, OLD_YOGA]);
  });

  it('knows the line on which each begins', () => {
    const lines = DOCUMENT.split('\n');
    const expected = ['<Workout workoutActivityType="HKWorkoutActivityTypeRunning"', 'MindfulSession', 'TypeYoga'];
    expect(scan(DOCUMENT).map(({ line }) => line)).toEqual(
      expected.map((text) => lines.findIndex((one) => one.includes(text)) + 1),
    );
  });

  it('finds the same, wherever the pieces are cut', () => {
    const whole = scan(DOCUMENT);
    for (const chunk of [1, 2, 3, 7, 61, 512]) expect(scan(DOCUMENT, chunk)).toEqual(whole);
  });

  it('steps over comments and marked sections, and takes no part of a name for a name', () => {
    const hidden = [`<!-- ${OLD_YOGA} -->`, `<![CDATA[${OLD_YOGA}]]>`, '<Workouts/>', '<WorkoutRoute a="b"/>'];
    const decoy = `<Record type="x" note="HKCategoryTypeIdentifierMindfulSession HKCategoryTypeIdentifierMindfulSession"/>`;
    const odd = workout('2026-05-30 09:00:00 +0200', '2026-05-30 09:10:00 +0200', 'a > b &lt;Workout ');
    const found = scan(healthDocument(...hidden, decoy, odd)).map(({ xml }) => xml);
    expect(found).toEqual([decoy, odd]);
  });

  it.each([
    ['another document', '<?xml version="1.0"?><ClinicalDocument/>', /there is no HealthData/],
    ['a document in UTF-16', Buffer.from('\ufeff<HealthData locale="x">', 'utf16le'), /not text in UTF-8/],
    ['a document with NULs', Buffer.from('\0\0\0\0<HealthData >'), /not text in UTF-8/],
    ['a document that was cut off', DOCUMENT.slice(0, -30), /was cut off/],
    ['a document that ends within a workout', DOCUMENT.slice(0, DOCUMENT.indexOf('HKIndoorWorkout')), /was cut off/],
    ['entities', DOCUMENT.replace('<!ELEMENT', '<!ENTITY lol "lol"><!ELEMENT'), /declares entities/],
    [
      'outside entities',
      `<!DOCTYPE HealthData [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><HealthData a="b"/>`,
      /entities/,
    ],
    ['a document type without an end', `<!DOCTYPE ${'x'.repeat(1_200_000)}`, /there is no HealthData/],
    ['an endless attribute', `${DOCUMENT.slice(0, -15)}<Record a="${'x'.repeat(1_200_000)}`, /more than 1 MB on line/],
    ['an endless workout', `${DOCUMENT.slice(0, -15)}<Workout a="b">${'<a/>'.repeat(1_200_000)}`, /more than 4 MB/],
  ])('refuses %s', (_name, text, problem) => {
    expect(() => scan(text)).toThrow(problem);
  });
});
