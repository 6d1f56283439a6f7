import type { JSX } from 'react';
import { CodesTable } from '@/components/panels/codes-table';
import { Figure } from '@/components/panels/figure';
import { FlagsList } from '@/components/panels/flags-list';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { whereFrom, type FigureName, type FigureReporter } from '@/components/panels/where-from';
import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import type { TrafficRates } from '@/mesh/graph/graph';

const DEGRADED_ERROR_RATIO = 0.001;

/** All figures of one direction or edge: requests, errors by code and flag, latency, bytes, and TCP where there is any. */
export function TrafficSection(props: {
  readonly title: string;
  readonly rates: TrafficRates;
  readonly reporter: FigureReporter;
  readonly windowSeconds: number;
  /** Why a figure may be missing. */
  readonly unknownReason: string;
  readonly isTcp?: boolean;
}): JSX.Element {
  const { rates, reporter, windowSeconds } = props;
  const from = (figure: FigureName) => whereFrom(figure, reporter, windowSeconds);
  const hasTcp = props.isTcp === true || hasTcpFigures(rates);
  return (
    <PanelSection title={props.title}>
      {props.isTcp !== true && (
        <>
          <HttpFigures rates={rates} from={from} unknownReason={props.unknownReason} />
          <CodesTable codes={rates.codes} from={from('codes')} />
          <FlagsList flags={rates.flags} from={from('flags')} />
        </>
      )}
      {hasTcp && <TcpFigures rates={rates} from={from} unknownReason={props.unknownReason} />}
    </PanelSection>
  );
}

interface FiguresProps {
  readonly rates: TrafficRates;
  readonly from: (figure: FigureName) => string;
  readonly unknownReason: string;
}

function HttpFigures({ rates, from, unknownReason }: FiguresProps): JSX.Element {
  const isFaulty = rates.errorRatio !== null && rates.errorRatio >= DEGRADED_ERROR_RATIO;
  const withoutRequests = rates.rps === 0 ? 'no requests' : unknownReason;
  return (
    <dl className={classes.figures}>
      <Figure
        label="Requests"
        value={formatRate(rates.rps)}
        from={from('rps')}
        unknownReason={unknownReason}
      />
      <Figure
        label="Errors"
        value={formatRatio(rates.errorRatio)}
        from={from('errors')}
        unknownReason={withoutRequests}
        tone={isFaulty ? 'failing' : undefined}
      />
      <Figure
        label="p50"
        value={formatMilliseconds(rates.latencyMsP50)}
        from={from('latency')}
        unknownReason={withoutRequests}
      />
      <Figure label="p95" value={formatMilliseconds(rates.latencyMsP95)} from={from('latency')} />
      <Figure label="p99" value={formatMilliseconds(rates.latencyMsP99)} from={from('latency')} />
      <Figure
        label="Request bytes"
        value={formatBytesPerSecond(rates.requestBytesPerSecond)}
        from={from('request-bytes')}
      />
      <Figure
        label="Response bytes"
        value={formatBytesPerSecond(rates.responseBytesPerSecond)}
        from={from('response-bytes')}
      />
    </dl>
  );
}

function TcpFigures({ rates, from, unknownReason }: FiguresProps): JSX.Element {
  return (
    <dl className={classes.figures} style={{ marginTop: 12 }}>
      <Figure
        label="TCP to server"
        value={formatBytesPerSecond(rates.tcpRequestBytesPerSecond)}
        from={from('tcp-request-bytes')}
        unknownReason={unknownReason}
      />
      <Figure
        label="TCP to client"
        value={formatBytesPerSecond(rates.tcpResponseBytesPerSecond)}
        from={from('tcp-response-bytes')}
      />
      <Figure
        label="TCP opened"
        value={formatRate(rates.tcpConnectionsPerSecond, 'conn/s')}
        from={from('tcp-connections')}
      />
    </dl>
  );
}

function hasTcpFigures(rates: TrafficRates): boolean {
  return (
    rates.tcpRequestBytesPerSecond !== null ||
    rates.tcpResponseBytesPerSecond !== null ||
    rates.tcpConnectionsPerSecond !== null
  );
}
