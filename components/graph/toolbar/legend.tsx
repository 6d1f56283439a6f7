'use client';

import type { JSX } from 'react';
import { HEALTH_DASH } from '@/components/graph/graph-tokens';
import {
  BADGE_ICONS,
  HEALTH_ICONS,
  LOCK_ICONS,
  NODE_ICONS,
} from '@/components/graph/overlay/icon-paths';
import styles from '@/components/graph/graph-canvas.module.css';
import type { NodeKind } from '@/mesh/graph/graph';
import type { HealthStatus } from '@/mesh/health/health';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

const KINDS: readonly (readonly [NodeKind, string])[] = [
  ['workload', 'Workload'],
  ['app', 'App'],
  ['versioned-app', 'App version'],
  ['service', 'Service'],
  ['gateway', 'Gateway'],
  ['service-entry', 'External host'],
  ['passthrough', 'Passthrough'],
  ['black-hole', 'Blocked'],
  ['unknown', 'Unknown client'],
  ['outside', 'Out of your sight'],
];
const HEALTHS: readonly (readonly [HealthStatus, string])[] = [
  ['healthy', 'Healthy'],
  ['degraded', 'Degraded'],
  ['failing', 'Failing'],
  ['idle', 'Idle'],
  ['unknown', 'Not measured'],
];
const LOCKS: readonly (readonly [MtlsVerdict, string])[] = [
  ['encrypted', 'Encrypted'],
  ['partly', 'Partly encrypted'],
  ['plaintext', 'Plaintext'],
  ['broken', 'Cannot work as configured'],
  ['unknown', 'Encryption unknown'],
];
const BADGES: readonly (readonly [string, string])[] = [
  ['virtual-service', 'Route'],
  ['circuit-breaker', 'Circuit breaker'],
  ['fault-injection', 'Fault injection'],
  ['mirror', 'Mirror'],
  ['timeout', 'Timeout'],
  ['retry', 'Retry'],
  ['missing-proxy', 'No proxy'],
  ['more', 'More; select the node'],
];
const SHAPE_PATHS: Readonly<Record<NodeKind, string>> = {
  workload: 'M20 3a17 17 0 1 0 0 34a17 17 0 1 0 0-34z',
  app: 'M7 3h26q4 0 4 4v26q0 4-4 4H7q-4 0-4-4V7q0-4 4-4z',
  'versioned-app': 'M7 3h26q4 0 4 4v26q0 4-4 4H7q-4 0-4-4V7q0-4 4-4z',
  service: 'M18 3.5q2-2 4 0L36.5 18q2 2 0 4L22 36.5q-2 2-4 0L3.5 22q-2-2 0-4z',
  gateway: 'M12 3h16q2 0 3 2l7 13q1 2 0 4l-7 13q-1 2-3 2H12q-2 0-3-2L2 22q-1-2 0-4L9 5q1-2 3-2z',
  'service-entry': 'M6 3h19q3 0 5 2l8 13q1 2 0 4l-8 13q-2 2-5 2H6q-3 0-3-3V6q0-3 3-3z',
  passthrough: 'M18 3q2-1.5 4 0l14 11q2 1.5 1 4l-5 16q-1 3-4 3H12q-3 0-4-3L3 18q-1-2.5 1-4z',
  'black-hole': 'M13 3h14l10 10v14L27 37H13L3 27V13z',
  unknown: 'M20 3a17 17 0 1 0 0 34a17 17 0 1 0 0-34z',
  outside: 'M3 6q17-6 34 0v28q-17 6-34 0z',
};

/** What shapes, colours, dashes, locks, badges and particles mean. */
export function Legend(): JSX.Element {
  return (
    <div className={styles['legend']}>
      <Section title="Nodes">
        {KINDS.map(([kind, words]) => (
          <Row key={kind} words={words}>
            <svg viewBox="0 0 40 40" className={styles['legendShape']} aria-hidden="true">
              <path d={SHAPE_PATHS[kind]} className={styles['legendBody']} />
              <g transform="translate(10.4 10.4) scale(0.8)">
                <path d={NODE_ICONS[kind]} className={styles['legendLine']} />
              </g>
            </svg>
          </Row>
        ))}
      </Section>
      <Section title="Health">
        {HEALTHS.map(([health, words]) => (
          <Row key={health} words={words}>
            <svg
              viewBox="0 0 60 20"
              className={styles['legendEdge']}
              data-health={health}
              aria-hidden="true"
            >
              <line
                x1="1"
                y1="10"
                x2={health === 'failing' || health === 'degraded' ? 40 : 59}
                y2="10"
                strokeDasharray={HEALTH_DASH[health].join(' ')}
              />
              {(health === 'failing' || health === 'degraded') && (
                <g transform="translate(43 2) scale(0.68)">
                  <circle cx="12" cy="12" r="11" />
                  <path d={HEALTH_ICONS[health]} />
                </g>
              )}
            </svg>
          </Row>
        ))}
      </Section>
      <Section title="Encryption">
        {LOCKS.map(([verdict, words]) => (
          <Row key={verdict} words={words}>
            <svg
              viewBox="0 0 24 24"
              className={styles['legendLock']}
              data-verdict={verdict}
              aria-hidden="true"
            >
              <path d={LOCK_ICONS[verdict]} />
            </svg>
          </Row>
        ))}
      </Section>
      <Section title="Badges">
        {BADGES.map(([badge, words]) => (
          <Row key={badge} words={words}>
            <svg
              viewBox="0 0 24 24"
              className={styles['legendLock']}
              data-verdict="none"
              aria-hidden="true"
            >
              <path d={BADGE_ICONS[badge]} />
            </svg>
          </Row>
        ))}
      </Section>
      <Section title="Traffic">
        <Row words="Requests (discs)">
          <svg viewBox="0 0 24 24" className={styles['legendParticle']} aria-hidden="true">
            <circle cx="12" cy="12" r="5" />
          </svg>
        </Row>
        <Row words="Errors (stars)">
          <svg
            viewBox="0 0 24 24"
            className={styles['legendParticle']}
            data-kind="error"
            aria-hidden="true"
          >
            <path d="M12 3l3 6 6 3-6 3-3 6-3-6-6-3 6-3z" />
          </svg>
        </Row>
        <Row words="TCP (squares)">
          <svg viewBox="0 0 24 24" className={styles['legendParticle']} aria-hidden="true">
            <path d="M7 7h10v10H7z" />
          </svg>
        </Row>
      </Section>
      <p className={styles['legendNote']}>
        Thicker edges carry more traffic. Figures stand where there is room, failing edges first;
        point at a node or zoom in for the others. Shut locks show only beside a figure, others
        always. Arrows: filled HTTP, open gRPC, diamond TCP. A hollow disc at the start marks
        mirrored traffic.
      </p>
    </div>
  );
}

function Section({
  title,
  children,
}: {
  readonly title: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  return (
    <section>
      <h3 className={styles['legendTitle']}>{title}</h3>
      <ul className={styles['legendList']}>{children}</ul>
    </section>
  );
}

function Row({
  words,
  children,
}: {
  readonly words: string;
  readonly children: React.ReactNode;
}): JSX.Element {
  return (
    <li className={styles['legendRow']}>
      <span className={styles['legendMark']}>{children}</span>
      {words}
    </li>
  );
}
