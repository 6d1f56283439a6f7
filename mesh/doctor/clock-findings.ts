import type { ClockOffset } from '@/mesh/clock-offset';
import type { ClusterDiagnosis, DoctorFacts } from '@/mesh/doctor/facts';
import { finding, type Finding, type Severity } from '@/mesh/doctor/finding';

/** Certain differences from here on are told. */
const WARN_MS = 2000;
/** From here on half of the shortest window, a minute, is looked for where there is nothing. */
const ERROR_MS = 30_000;

interface Clock {
  readonly name: string;
  readonly offset: ClockOffset | null;
  readonly cost: string;
}

/** Clocks of the upstreams that answer beside ours, by the `Date` of their answers. */
export function clockFindings({ clusters, metrics, traces }: DoctorFacts): readonly Finding[] {
  const clocks: readonly Clock[] = [
    ...clusters.flatMap(clockOfCluster),
    ...(metrics === null || metrics.fault !== null
      ? []
      : [
          {
            name: 'Prometheus',
            offset: metrics.clock,
            cost: 'Fanari asks for the window that ends at its own time, so that the newest samples are missed or lie outside',
          },
        ]),
    ...(traces === null || traces.fault !== null
      ? []
      : [
          {
            name: 'the tracing backend',
            offset: traces.clock,
            cost: 'traces are looked for in a time that is shifted by as much',
          },
        ]),
  ];
  const differing = clocks.filter(({ offset }) => offset !== null && sureMs(offset) >= WARN_MS);
  const untold = clocks.filter(({ offset }) => offset === null);
  const agreeing = clocks.filter(({ offset }) => offset !== null && sureMs(offset) < WARN_MS);
  return [
    ...differing.map(differs),
    ...(untold.length === 0 ? [] : [unknown(untold)]),
    ...(agreeing.length === 0 ? [] : [agree(agreeing)]),
  ];
}

function clockOfCluster({ state, clock, cluster }: ClusterDiagnosis): readonly Clock[] {
  if (state.state === 'not-configured' || state.state === 'failing') return [];
  return [
    {
      name: cluster === null ? 'the API server' : `the API server of ${cluster}`,
      offset: clock,
      cost: 'ages are wrong by as much, and tokens and certificates may count as not yet or no longer valid',
    },
  ];
}

/** The least by which the clocks differ, milliseconds; 0 when they may agree. */
function sureMs({ minMs, maxMs }: ClockOffset): number {
  if (minMs <= 0 && maxMs >= 0) return 0;
  return Math.min(Math.abs(minMs), Math.abs(maxMs));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `ahead by 12.3 s (± 0.6 s)`. */
function offsetText({ minMs, maxMs }: ClockOffset): string {
  const middle = (minMs + maxMs) / 2;
  const word = middle < 0 ? 'behind' : 'ahead';
  return `${word} by ${seconds(Math.abs(middle))} (± ${seconds((maxMs - minMs) / 2)})`;
}

const SOURCE = 'the header Date of answers, which tells whole seconds';

function differs({ name, offset, cost }: Clock): Finding {
  const text = offset === null ? '' : offsetText(offset);
  const severity: Severity = offset !== null && sureMs(offset) >= ERROR_MS ? 'error' : 'warning';
  return finding('clock-differs', {
    severity,
    title: `The clock of ${name} differs from Fanari’s`,
    seen: `It is ${text}. What that costs: ${cost}. Which of the two is wrong cannot be told from here.`,
    fix: 'Set both machines by NTP; a virtual machine that was paused is the usual reason.',
    commands: ['date -u', 'timedatectl status', 'chronyc tracking'],
    source: SOURCE,
  });
}

function unknown(clocks: readonly Clock[]): Finding {
  return finding('clock-unknown', {
    severity: 'unknown',
    title: 'Not every clock could be read',
    seen: `No answer with a header Date came from ${clocks.map(({ name }) => name).join(' and ')}.`,
    source: SOURCE,
  });
}

function agree(clocks: readonly Clock[]): Finding {
  return finding('clocks-agree', {
    severity: 'ok',
    title: 'Clocks agree',
    seen: `Beside Fanari’s: ${clocks.map(({ name, offset }) => `${name} ${offset === null ? '' : offsetText(offset)}`).join('; ')}.`,
    source: SOURCE,
  });
}
