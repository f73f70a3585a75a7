import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SaxesParser } from 'saxes';
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

it('finds every workout among half a million records, and keeps none of the rest', () => {
  const scanner = new ElementScanner();
  const block = Buffer.from(`${STEPS}\n`.repeat(5000) + RUN);
  scanner.feed(Buffer.from(healthDocument().replace('</HealthData>', '')));
  const before = keptBytes();
  let found = 0;
  for (let turn = 0; turn < 100; turn++) found += scanner.feed(Buffer.from(block)).length;
  expect(found).toBe(100);
  expect(keptBytes() - before).toBeLessThan(2 * 1024 * 1024);
  // Or it would all be gone by now.
  expect(scanner.hasBegun).toBe(true);
});

/** What is left after a collection. */
function keptBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The same elements as a whole parser finds them, with all that stands in between. */
function parsedWhole(text: string): { tag: string; own: Record<string, string>; inner: number }[] {
  const found: { tag: string; own: Record<string, string>; inner: number }[] = [];
  let depth = 0;
  let open: (typeof found)[number] | null = null;
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (open !== null) open.inner += 1;
    const isMindful = name === 'Record' && attributes.type === MINDFUL_TYPE;
    if (depth === 2 && (name === 'Workout' || isMindful)) open = { tag: name, own: attributes, inner: 0 };
  });
  parser.on('closetag', () => {
    depth -= 1;
    if (depth === 1 && open !== null) {
      found.push(open);
      open = null;
    }
  });
  parser.write(text).close();
  return found;
}

/** What the scanner cut out, each read by a parser of its own. */
const parsedAlone = (text: string, chunk: number) =>
  scan(text, chunk).flatMap(({ xml }) => parsedWhole(`<HealthData>${xml}</HealthData>`));

const MINDFUL_TYPE = 'HKCategoryTypeIdentifierMindfulSession';

/** Texts of every kind, also such as look like markup, written as XML wants them. */
const text = fc
  .array(
    fc.constantFrom(
      '<Workout ',
      '</Workout>',
      '<!--',
      '-->',
      ']]>',
      '>',
      '/>',
      '"',
      "'",
      '&',
      MINDFUL_TYPE,
      'é',
      '\n',
      'a',
      ' ',
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));
const escaped = text.map((value) =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(']]>', ']]&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;'),
);
const attribute = escaped.map((value) => `note="${value}"`);
const comment = text.map((value) => `<!--${value.replaceAll('-', '~')}-->`);
const section = text.map((value) => `<![CDATA[${value.replaceAll(']]>', ']] >')}]]>`);
const child = fc.oneof(
  comment,
  section,
  attribute.map((one) => `<MetadataEntry ${one}/>`),
  attribute.map((one) => `<WorkoutEvent ${one}></WorkoutEvent>`),
  attribute.map((one) => `<WorkoutActivity ${one}><WorkoutStatistics ${one}/></WorkoutActivity>`),
);
const element = (name: string, type: string) =>
  fc
    .tuple(attribute, fc.array(child, { maxLength: 3 }), fc.boolean(), fc.constantFrom(' ', '\n', '\t'))
    .map(([one, inner, isShort, space]) =>
      inner.length === 0 && isShort
        ? `<${name}${space}${one} ${type}/>`
        : `<${name}${space}${type} ${one}>${inner.join('\n')}</${name}${space === ' ' ? '' : ' '}>`,
    );
const piece = fc.oneof(
  element('Workout', 'workoutActivityType="HKWorkoutActivityTypeYoga"'),
  element('Record', `type="${MINDFUL_TYPE}"`),
  element('Record', `type='${MINDFUL_TYPE}'`),
  element('Record', 'type="HKQuantityTypeIdentifierStepCount"'),
  element('Workouts', 'a="b"'),
  element('WorkoutRoute', 'a="b"'),
  element('ActivitySummary', 'a="b"'),
  comment,
  section,
  escaped,
);

it('misses nothing that a parser of the whole document finds, whatever stands around it and wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), fc.integer({ min: 1, max: 300 }), (pieces, chunk) => {
      const document = `<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="x">\n${pieces.join('\n')}\n</HealthData>`;
      expect(parsedAlone(document, chunk)).toEqual(parsedWhole(document));
    }),
    { numRuns: 500 },
  );
});
