'use client';

import dynamic from 'next/dynamic';
import type { JSX } from 'react';
import { badgeWord } from '@/components/panels/badge-word';
import { ConfigSection } from '@/components/panels/config-section';
import { Figure } from '@/components/panels/figure';
import { NeighboursSection } from '@/components/panels/neighbours-section';
import { nodeKindWord } from '@/components/panels/node-kind-word';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelHead } from '@/components/panels/panel-head';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { SeriesSection } from '@/components/panels/series-section';
import { SplitSection } from '@/components/panels/split-section';
import { TracesSection } from '@/components/panels/traces-section';
import { TrafficSection } from '@/components/panels/traffic-section';
import { unknownReason } from '@/components/panels/unknown-reason';
import { whereFrom } from '@/components/panels/where-from';
import type { GraphNode } from '@/mesh/graph/graph';

const StartCanarySection = dynamic(
  () =>
    import('@/components/panels/start-canary-section').then((module) => module.StartCanarySection),
  { ssr: false },
);

const PROXY = {
  sidecar: 'Sidecar',
  ambient: 'Ambient',
  gateway: 'Gateway proxy',
  none: 'No proxy',
  unknown: '—',
} as const;

/** Everything about one node. */
export function NodePanel({ node }: { readonly node: GraphNode }): JSX.Element {
  const { graph, splits, select } = usePanelContext();
  const { namespace } = node;
  const reason = unknownReason(graph);
  const traffic = {
    reporter: 'merged',
    windowSeconds: graph.windowSeconds,
    unknownReason: reason,
  } as const;
  const kind = (
    <>
      {nodeKindWord(node)}
      {namespace !== null && (
        <>
          {' in '}
          <button
            type="button"
            className={classes.link}
            onClick={() => select({ kind: 'namespace', id: namespace })}
          >
            {namespace}
          </button>
        </>
      )}
      {node.cluster !== undefined && (
        <span> · {node.cluster === null ? 'no one cluster' : `cluster ${node.cluster}`}</span>
      )}
      {!node.exists && <span> · no longer in the cluster</span>}
    </>
  );
  return (
    <>
      <PanelHead kind={kind} title={node.label} health={node.health} />
      {node.badges.length > 0 && (
        <div className={classes.badges} style={{ padding: '0 16px 14px' }}>
          {node.badges.map((badge) => (
            <span key={badge} className={classes.badge}>
              {badgeWord(badge)}
            </span>
          ))}
        </div>
      )}
      {splits
        .filter(({ id }) => node.splits.includes(id))
        .map((split) => (
          <SplitSection key={split.id} split={split} />
        ))}
      {namespace !== null && node.hosts.length > 0 && (
        <StartCanarySection node={node} namespace={namespace} />
      )}
      <TrafficSection title="Coming in" rates={node.inbound} {...traffic} />
      {node.outbound.rps !== null || node.outbound.tcpRequestBytesPerSecond !== null ? (
        <TrafficSection title="Going out" rates={node.outbound} {...traffic} />
      ) : null}
      {node.kind !== 'outside' && <SeriesSection kind="node" id={node.id} />}
      <NeighboursSection node={node} />
      {node.kind === 'outside' ? <OutsideSection /> : <AboutSection node={node} />}
      <ConfigSection objects={node.config} />
      {node.kind !== 'outside' && <TracesSection kind="node" id={node.id} />}
    </>
  );
}

function OutsideSection(): JSX.Element {
  return (
    <PanelSection title="About">
      <p className={classes.quiet}>
        Everything in namespaces whose pods your account may not list: the other end of calls that
        cross into or out of what you may see. Fanari shows you neither its names nor its parts.
      </p>
    </PanelSection>
  );
}

function AboutSection({ node }: { readonly node: GraphNode }): JSX.Element {
  const pods = node.readyPods === null ? '—' : `${node.readyPods} of ${node.desiredPods ?? '—'}`;
  return (
    <PanelSection title="About">
      <dl className={classes.figures}>
        <Figure
          label="Pods ready"
          value={pods}
          from={whereFrom('pods', null, 0)}
          unknownReason="stands for no pods"
        />
        <Figure
          label="Proxy"
          value={PROXY[node.proxy]}
          from="Containers and annotations of its pods."
          unknownReason="no pod to look at"
        />
        {node.version !== null && (
          <Figure label="Version" value={node.version} from="Label of its pods." />
        )}
      </dl>
      {node.hosts.length > 0 && (
        <dl className={classes.pair}>
          <dt>Hosts</dt>
          <dd className={classes.mono}>{node.hosts.join(', ')}</dd>
        </dl>
      )}
    </PanelSection>
  );
}
