import { describe, expect, it } from 'vitest';
import { parseDemoOptions } from '@/demo/options';

describe('parseDemoOptions', () => {
  it('defaults to the standard mesh on loopback with free ports', () => {
    expect(parseDemoOptions([])).toEqual({
      services: null,
      clusters: 1,
      seed: 1,
      host: '127.0.0.1',
      kubernetesPort: 0,
      prometheusPort: 0,
      jaegerPort: 0,
      controlPort: 0,
      scrapeIntervalMs: 1000,
      historyMs: 1_800_000,
      kubeconfig: null,
      readyFile: null,
    });
  });

  it('reads every flag', () => {
    const argv =
      '--services 50 --seed 9 --jaeger-port 16686 --scrape-interval 1.5s --history 2m --print-json';
    expect(parseDemoOptions(argv.split(' '))).toMatchObject({
      services: 50,
      seed: 9,
      jaegerPort: 16_686,
      scrapeIntervalMs: 1500,
      historyMs: 120_000,
    });
  });

  it('samples a large mesh less often, unless told to', () => {
    const intervalOf = (argv: string): number => parseDemoOptions(argv.split(' ')).scrapeIntervalMs;
    expect(intervalOf('--services 1000')).toBe(1000);
    expect(intervalOf('--services 1001')).toBe(5000);
    expect(intervalOf('--services 5000 --scrape-interval 2s')).toBe(2000);
  });

  it.each([
    [['--services', '0'], '--services: expected a whole number from 1 to 20000, got "0"'],
    [
      ['--kubernetes-port', '70000'],
      '--kubernetes-port: expected a whole number from 0 to 65535, got "70000"',
    ],
    [
      ['--scrape-interval', '5'],
      '--scrape-interval: expected a duration such as 5s of at least 250ms, got "5"',
    ],
  ])('names what is wrong with %j', (argv, message) => {
    expect(() => parseDemoOptions(argv)).toThrow(message);
  });

  it('refuses flags that it does not know', () => {
    expect(() => parseDemoOptions(['--sevices', '3'])).toThrow(/sevices/);
  });
});
