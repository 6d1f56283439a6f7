import type { JSX } from 'react';
import { ObjectLink } from '@/components/panels/object-link';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { whereFrom } from '@/components/panels/where-from';
import { Figure } from '@/components/panels/figure';
import { formatRatio } from '@/components/ui/format-ratio';
import { VerdictBadge } from '@/components/ui/verdict-badge';
import type { Decided, EdgeMtls } from '@/mesh/mtls/mtls';

const CONFIGURED = {
  mtls: 'Mutual TLS',
  tls: 'TLS without a client certificate',
  plaintext: 'Plaintext',
  broken: 'Cannot work',
} as const;

/** mTLS of an edge: the verdict and its reason, then what is configured at both ends beside what was observed. */
export function MtlsSection({
  mtls,
  windowSeconds,
  noShare,
}: {
  readonly mtls: EdgeMtls;
  readonly windowSeconds: number;
  /** Why no share was observed, where none was. */
  readonly noShare: string;
}): JSX.Element {
  return (
    <PanelSection title="mTLS" aside={<VerdictBadge verdict={mtls.verdict} />}>
      <p className={classes.quiet}>{mtls.reason}</p>
      <dl className={classes.figures} style={{ marginTop: 10 }}>
        <Figure
          label="Configured"
          value={mtls.configured === null ? '—' : CONFIGURED[mtls.configured]}
          from="What PeerAuthentication, DestinationRule and the mesh config make of this edge."
          unknownReason="one end is not known"
        />
        <Figure
          label="Observed mutual TLS"
          value={formatRatio(mtls.observedRatio)}
          from={whereFrom('mtls', null, windowSeconds)}
          unknownReason={noShare}
        />
      </dl>
      <dl className={classes.pair}>
        <dt>Server</dt>
        <dd>
          <DecidedMode decided={mtls.server} unknown="not known, or its ports differ" />
        </dd>
        <dt>Client</dt>
        <dd>
          <DecidedMode decided={mtls.client} unknown="not known" />
        </dd>
        <dt>Client identity</dt>
        <dd>
          <Identities identities={mtls.clientIdentities} />
        </dd>
        <dt>Server identity</dt>
        <dd>
          <Identities identities={mtls.serverIdentities} />
        </dd>
      </dl>
    </PanelSection>
  );
}

/** Who an end proved to be by its certificate, while traffic moved in the window. */
function Identities(props: { readonly identities: readonly string[] | null }): JSX.Element {
  const { identities } = props;
  if (identities === null) {
    return <span className={classes.quiet}>— no report has the label</span>;
  }
  if (identities.length === 0) {
    return <span className={classes.quiet}>none: no proxy saw a certificate of the mesh</span>;
  }
  return (
    <ul className={classes.identities}>
      {identities.map((identity) => (
        <li key={identity} className={classes.mono}>
          {identity}
        </li>
      ))}
    </ul>
  );
}

function DecidedMode(props: {
  readonly decided: Decided<string> | null;
  readonly unknown: string;
}): JSX.Element {
  const { decided } = props;
  if (decided === null) return <span className={classes.quiet}>— {props.unknown}</span>;
  return (
    <>
      <strong>{decided.mode}</strong>
      <span className={classes.reason}>
        {decided.decidedBy !== null && <ObjectLink object={decided.decidedBy} />}{' '}
        <span className={classes.mono}>{decided.at}</span>
      </span>
    </>
  );
}
