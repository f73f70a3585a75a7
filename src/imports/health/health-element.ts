import { SaxesParser } from 'saxes';
import { parseInstant } from '../../common/instant.js';
import type { HealthActivity } from '../../time-entries/health-activity.js';
import { spanProblem } from '../local-times.js';
import type { ScannedElement } from './element-scanner.js';
import { workoutName, durationNote, energyNote, distanceNote } from '../../time-entries/workout-words.js';

type Attributes = Record<string, string>;

/** What an element says, flattened: its own attributes, and of its children what stands directly below it. */
interface ReadElement {
  own: Attributes;
  metadata: ReadonlyMap<string, string>;
  statistics: Attributes[];
}

export type ParsedActivity = { activity: HealthActivity } | { reason: string } | null;

/** Control characters are not XML, and stand in some exports all the same. */
const CONTROL_CHARACTERS = /[^\P{Cc}\t\n\r\x7F-\x9F]|[\uFFFE\uFFFF]/gu;
const DEEPEST = 16;

/** The activity an element tells of; why it cannot be read; or `null` when it is something else after all. */
export function parseElement({ tag, xml }: ScannedElement): ParsedActivity {
  let element: ReadElement;
  try {
    element = readElement(xml.toString('utf8').replaceAll(CONTROL_CHARACTERS, ''));
  } catch (error) {
    return { reason: `is not sound XML: ${explain(error)}` };
  }
  if (tag === 'Record' && element.own.type !== 'HKCategoryTypeIdentifierMindfulSession') return null;
  const times = readTimes(element.own);
  if (typeof times === 'string') return { reason: times };
  return { activity: { ...times, ...(tag === 'Workout' ? workoutOf(element) : mindfulnessOf(element)) } };
}

function readElement(text: string): ReadElement {
  const read = { own: {} as Attributes, metadata: new Map<string, string>(), statistics: [] as Attributes[] };
  let depth = 0;
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > DEEPEST) throw new Error('it is nested too deeply');
    if (depth === 1) read.own = attributes;
    else if (depth === 2 && name === 'MetadataEntry') read.metadata.set(attributes.key ?? '', attributes.value ?? '');
    else if (depth === 2 && name === 'WorkoutStatistics') read.statistics.push(attributes);
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(text).close();
  return read;
}

/** The parser's words, without what it repeats of the file. */
const explain = (error: unknown): string =>
  (error instanceof Error ? error.message : 'it cannot be read').replaceAll(/[^\x20-\x7e]/g, '').slice(0, 100);

type Times = Pick<HealthActivity, 'startedAt' | 'endedAt' | 'offsetStartSeconds' | 'offsetEndSeconds'>;

function readTimes({ startDate, endDate }: Attributes): Times | string {
  const start = readDate(startDate);
  const end = readDate(endDate);
  if (start === null) return `startDate ${shown(startDate)} is no possible time`;
  if (end === null) return `endDate ${shown(endDate)} is no possible time`;
  const problem = spanProblem(start.instant, end.instant);
  if (problem !== null) return problem;
  return {
    startedAt: start.instant,
    endedAt: end.instant,
    offsetStartSeconds: start.offsetSeconds,
    offsetEndSeconds: end.offsetSeconds,
  };
}

const shown = (text: string | undefined): string =>
  text === undefined ? '(missing)' : `“${text.replaceAll(/\s+/g, ' ').slice(0, 40)}”`;

const DATE = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) ([+-])(\d{2}):?(\d{2})$/;

/** `2026-05-30 18:00:00 +0200`, and what the clock was ahead of UTC. */
function readDate(text = ''): { instant: Date; offsetSeconds: number } | null {
  const match = DATE.exec(text.trim());
  if (match === null) return null;
  const [, day, time, sign, hours, minutes] = match;
  const parsed = parseInstant(`${day}T${time}${sign}${hours}:${minutes}`);
  if (!parsed.ok) return null;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return { instant: parsed.instant, offsetSeconds: sign === '-' && seconds !== 0 ? -seconds : seconds };
}

type Description = Omit<HealthActivity, keyof Times>;

function workoutOf({ own, metadata, statistics }: ReadElement): Description {
  const total = (type: RegExp) => statistics.find((one) => type.test(one.type ?? '') && one.sum !== undefined);
  const energy = total(/ActiveEnergyBurned$/);
  const distance = total(/^HKQuantityTypeIdentifierDistance/);
  const facts = [
    own.sourceName,
    durationNote(own.duration, own.durationUnit),
    energyNote(energy?.sum ?? own.totalEnergyBurned, energy?.unit ?? own.totalEnergyBurnedUnit),
    distanceNote(distance?.sum ?? own.totalDistance, distance?.unit ?? own.totalDistanceUnit),
  ];
  return {
    kind: 'workout',
    ...workoutName(own.workoutActivityType),
    timeZone: zoneIn(metadata),
    notes: joined(facts),
  };
}

const mindfulnessOf = ({ own, metadata }: ReadElement): Description => ({
  kind: 'mindfulness',
  name: 'Mindfulness',
  category: 'Yoga',
  type: null,
  timeZone: zoneIn(metadata),
  notes: joined([own.sourceName]),
});

const zoneIn = (metadata: ReadElement['metadata']): string | null => metadata.get('HKTimeZone') ?? null;

const LONGEST_NOTE = 1000;

const joined = (facts: readonly (string | null | undefined)[]): string | null =>
  facts
    .filter((fact) => fact != null && fact !== '')
    .join(' | ')
    .slice(0, LONGEST_NOTE) || null;
