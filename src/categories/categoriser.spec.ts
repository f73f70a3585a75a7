import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Categoriser, categoryOfWorkout, type Categorisable } from './categoriser.js';
import type { CategoryRule } from './category-rule.js';
import { DEFAULT_RULES } from './default-rules.js';
import { folded, hasWholeWords } from '../common/whole-words.js';

const entry = (changes: Partial<Categorisable>): Categorisable => ({
  source: 'toggl',
  projectName: null,
  tags: [],
  description: '',
  category: null,
  ...changes,
});

const general = new Categoriser(null, DEFAULT_RULES);
const by = (...rules: CategoryRule[]) => new Categoriser(rules, DEFAULT_RULES);
const rule = (keyword: string, category = 'Hit'): CategoryRule => ({ keywords: [keyword], category });
const isHit = (keyword: string, description: string): boolean =>
  by(rule(keyword)).categoryOf(entry({ description })) === 'Hit';

describe('a category', () => {
  it.each([
    ['work', 'Work'],
    ['WORK!', 'Work'],
    ['housework', 'Housework'],
    ['homework', 'Other'],
    ['workout', 'Other'],
    ['Team-work, then coding', 'Work'],
    ['coding the work list', 'Work'],
    ['deep_coding', 'Coding'],
    ['gym', 'Sport'],
    ['reading', 'Read'],
    ['Netflix', 'Entertainment'],
    ['meditation', 'Yoga'],
    ['walking', 'Walking'],
    ['practice', 'Music'],
    ['', 'Other'],
    ['meeting', 'Other'],
  ])('of %j is %s by the general rules', (description, category) => {
    expect(general.categoryOf(entry({ description }))).toBe(category);
  });

  it('is looked for in the project, then in each tag, then in the description', () => {
    const all = { projectName: 'Yoga', tags: ['music', 'gym'], description: 'work' };
    expect(general.categoryOf(entry(all))).toBe('Yoga');
    expect(general.categoryOf(entry({ ...all, projectName: 'Website' }))).toBe('Music');
    expect(general.categoryOf(entry({ ...all, projectName: null, tags: ['deep', 'gym'] }))).toBe('Sport');
    expect(general.categoryOf(entry({ ...all, projectName: null, tags: [] }))).toBe('Work');
  });

  it('is what somebody said of the entry, whatever the rules', () => {
    expect(general.categoryOf(entry({ description: 'work', category: 'Play' }))).toBe('Play');
  });

  it('goes by the first rule that matches, and one’s own rules replace the general ones', () => {
    const own = by(rule('call', 'Calls'), rule('work', 'Job'));
    expect(own.categoryOf(entry({ description: 'work call' }))).toBe('Calls');
    expect(own.categoryOf(entry({ description: 'work' }))).toBe('Job');
    expect(own.categoryOf(entry({ description: 'coding' }))).toBe('Other');
    expect(by().categoryOf(entry({ description: 'work' }))).toBe('Other');
  });

  it.each([
    ['Running', 'Sport'],
    ['HKWorkoutActivityTypeRunning', 'Sport'],
    ['Functional Strength Training', 'Sport'],
    ['HKWorkoutActivityTypeTraditionalStrengthTraining', 'Sport'],
    ['Indoor Run', 'Sport'],
    ['Hiking', 'Walking'],
    ['Outdoor Walk', 'Walking'],
    ['Mind and Body', 'Yoga'],
    ['HKCategoryTypeIdentifierMindfulSession', 'Yoga'],
    ['HKWorkoutActivityTypeFencing', 'Sport'],
  ])('of the workout %s is %s', (type, category) => {
    expect(categoryOfWorkout(type)).toBe(category);
    expect(general.categoryOf(entry({ source: 'apple_health', description: type }))).toBe(category);
  });

  it('of an imported workout goes by one’s own rules, unless a person has said another', () => {
    const own = by(rule('running', 'Outdoors'));
    const imported = entry({ source: 'apple_health', description: 'Running', category: 'Sport' });
    expect(own.categoryOf(imported)).toBe('Outdoors');
    expect(general.categoryOf(imported)).toBe('Sport');
    expect(own.categoryOf({ ...imported, category: 'Commute' })).toBe('Commute');
  });

  it('of a workout goes by one’s own rules first, and never by the general ones', () => {
    const own = by(rule('running', 'Outdoors'));
    expect(own.categoryOf(entry({ source: 'apple_health', description: 'Running' }))).toBe('Outdoors');
    expect(own.categoryOf(entry({ source: 'apple_health', description: 'Hiking' }))).toBe('Walking');
    const played = entry({ source: 'apple_health', description: 'Mindfulness | Music app' });
    expect(general.categoryOf(played)).toBe('Yoga');
  });
});

describe('whole words', () => {
  it.each([
    ['código', 'Revisión de CÓDIGO', true],
    ['codigo', 'código', false],
    ['año', 'años', false],
    ['работа', 'Моя РАБОТА.', true],
    ['работа', 'переработка', false],
    ['strasse', 'Straße', true],
    ['οδος', 'ΟΔΟΣ', true],
    ['会议', '今天会议记录', true],
    ['議', '会議', false],
    ['ประชุม', 'ห้องประชุม', true],
    ['code review', 'Long  code\treview today', true],
    ['code review', 'code reviews', false],
    ['code review', 'code a review', false],
    ['c++', 'Learning C++ today', true],
    ['c++', 'c', false],
    ['c', 'c++', true],
    ['#home', 'x#home', true],
    ['home', '#homework', false],
    ['e', 'e\u0301', false],
    ['é', 'e\u0301', true],
    ['𝒜𝒷', 'ab', true],
    ['4', '42', false],
  ])('%j in %j: %s', (keyword, text, expected) => {
    expect(isHit(keyword, text)).toBe(expected);
  });

  it('are found between any other words, and never inside one', () => {
    const word = fc.stringMatching(/^[a-zäßñжя0-9]{1,8}$/u);
    fc.assert(
      fc.property(
        word,
        fc.array(word, { maxLength: 4 }),
        fc.array(word, { maxLength: 4 }),
        (keyword, before, after) => {
          const parts = [...before, keyword, ...after].map(folded);
          expect(hasWholeWords(parts.join(' '), folded(keyword))).toBe(true);
          const others = parts.filter((part) => part !== folded(keyword));
          expect(hasWholeWords(others.join(' '), folded(keyword))).toBe(false);
          expect(hasWholeWords(`${folded(keyword)}x`, folded(keyword))).toBe(false);
        },
      ),
    );
  });
});
