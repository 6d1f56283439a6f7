import { beforeEach, expect, test } from 'vitest';
import { EndedSessions } from '@/server/identity/ended-sessions';
import { FakeNotes } from '@/tests/support/fake-notes';

let nowMs: number;
let notes: FakeNotes;
let warnings: string[];
const clock = { now: () => nowMs };
const replica = () => new EndedSessions(notes, clock, (message) => warnings.push(message));

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  notes = new FakeNotes();
  warnings = [];
});

test('many questions read the notes once in a while', async () => {
  const ended = replica();
  for (let count = 0; count < 50; count += 1) await ended.has('a');
  expect(notes.reads).toBe(1);
  nowMs += 6_000;
  await Promise.all([ended.has('a'), ended.has('b')]);
  expect(notes.reads).toBe(2);
});

test('after a pause the first question waits for what others noted meanwhile', async () => {
  const [one, two] = [replica(), replica()];
  await one.has('a');
  await two.add('a', nowMs + 3_600_000);
  nowMs += 60_000;
  expect(await one.has('a')).toBe(true);
});

test('the number of notes is bounded, and the nearest to their end go first', async () => {
  const until = Math.ceil(nowMs / 1000) + 100;
  for (let count = 0; count < 6_000; count += 1) {
    notes.entries.set(`ended.${count}`, String(until + count));
  }
  const ended = replica();
  await ended.has('x');
  await ended.add('new', nowMs + 900_000);
  expect(notes.entries.size).toBe(5_000);
  expect(notes.entries.has('ended.0')).toBe(false);
  expect(notes.entries.has('ended.5999')).toBe(true);
});

test('one replica claims a thing, and others do not until its time is over', async () => {
  const [one, two] = [replica(), replica()];
  expect(await one.claim('x', 10_000)).toBe(true);
  expect(await two.claim('x', 10_000)).toBe(false);
  expect(await two.claim('y', 10_000)).toBe(true);
  nowMs += 12_000;
  expect(await two.claim('x', 10_000)).toBe(true);
});

test('of two that claim at the same moment one gets it', async () => {
  notes.beforeChange = () => notes.set({ 'claimed.x': String(Math.ceil(nowMs / 1000) + 10) });
  expect(await replica().claim('x', 10_000)).toBe(false);
  notes.beforeChange = () => notes.set({ 'ended.other': '1' });
  expect(await replica().claim('y', 10_000)).toBe(true);
});

test('that notes are not shared is said once, and when they are again', async () => {
  const ended = replica();
  notes.isAway = true;
  for (let count = 0; count < 5; count += 1) {
    await ended.has('a');
    nowMs += 20_000;
  }
  expect(warnings).toHaveLength(1);
  expect(await ended.claim('x', 10_000)).toBe(true);
  notes.isAway = false;
  await ended.has('a');
  expect(warnings).toHaveLength(2);
});
