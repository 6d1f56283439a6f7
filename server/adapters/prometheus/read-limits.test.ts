import { describe, expect, test } from 'vitest';
import {
  clipWindow,
  parseDuration,
  retentionOf,
  scrapeIntervalOf,
} from '@/server/adapters/prometheus/read-limits';

describe('what Prometheus tells about itself', () => {
  test.each([
    ['15d', 1_296_000],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['2w', 1_209_600],
    ['0s', null],
    ['10GiB', null],
    ['', null],
  ])('the duration %j is %j seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test('the longest scrape interval counts, since any job may scrape the mesh', () => {
    const yaml =
      'global:\n  scrape_interval: 15s\nscrape_configs:\n- job_name: a\n  scrape_interval: 1m\n';
    expect(scrapeIntervalOf(yaml)).toBe(60);
    expect(scrapeIntervalOf('scrape_configs: []\n')).toBeNull();
  });

  test('a retention by size only is not known in time', () => {
    expect(retentionOf('15d or 10GiB')).toBe(1_296_000);
    expect(retentionOf('10GiB')).toBeNull();
    expect(retentionOf(undefined)).toBeNull();
  });

  test('a window never asks for more than is kept, nor for less than two scrapes', () => {
    const limits = { scrapeIntervalSeconds: 60, retentionSeconds: 3600 };
    expect(clipWindow(30, limits)).toBe(120);
    expect(clipWindow(86_400, limits)).toBe(3600);
    expect(clipWindow(300, limits)).toBe(300);
    expect(clipWindow(60, { scrapeIntervalSeconds: null, retentionSeconds: null })).toBe(60);
  });
});
