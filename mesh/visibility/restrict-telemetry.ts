import {
  NO_PRINCIPAL,
  type EdgeLabels,
  type PeerLabels,
  type PeerName,
  type Principals,
  type TelemetrySnapshot,
} from '@/mesh/telemetry/telemetry';
import { OUTSIDE } from '@/mesh/visibility/outside';
import type { OutOfSight } from '@/mesh/visibility/out-of-sight';
import { WORKLOAD_KIND } from '@/mesh/visibility/visibility';

type Ends = Pick<EdgeLabels, 'destinationService'> & {
  readonly source: PeerName;
  readonly destination: PeerName;
};

/**
 * The part of a snapshot that is in sight: traffic into and out of the workloads that may be seen. Far ends out of sight
 * lose every name, but stay apart from each other, so that reports of one call are still merged and no call is counted
 * twice or lost.
 */
export function restrictTelemetry(
  snapshot: TelemetrySnapshot,
  sight: OutOfSight,
): TelemetrySnapshot {
  const names = new OutsideNames(sight);
  const kept = <Sample extends Ends>(samples: readonly Sample[]) =>
    samples.filter((sample) => names.touchesSight(sample));
  const labelled = <Sample extends EdgeLabels>(samples: readonly Sample[]) =>
    kept(samples).map((sample) => ({ ...sample, ...names.labels(sample) }));
  const proved = <Sample extends EdgeLabels & Principals>(samples: readonly Sample[]) =>
    kept(samples).map((sample) => ({
      ...sample,
      ...names.labels(sample),
      ...names.principals(sample),
    }));
  return {
    ...snapshot,
    requests: proved(snapshot.requests),
    tcp: proved(snapshot.tcp),
    requestBytes: labelled(snapshot.requestBytes),
    responseBytes: labelled(snapshot.responseBytes),
    latency: kept(snapshot.latency).map((sample) => ({
      ...sample,
      source: names.end(sample.source),
      destination: names.end(sample.destination),
      destinationService: names.host(sample.destinationService),
    })),
  };
}

/** Gives what is out of sight numbers instead of names, the same to the same. */
class OutsideNames {
  private readonly numbers = new Map<string, string>();

  constructor(private readonly sight: OutOfSight) {}

  /** Whether one end is a workload or host in sight. A host that is no Service is on nobody's side. */
  touchesSight({ source, destination, destinationService }: Ends): boolean {
    const host = destinationService === null ? null : this.sight.namespaceOf(destinationService);
    return (
      this.isSeen(source) ||
      this.isSeen(destination) ||
      (destination.namespace === null && host !== null && this.seesWorkloadsOf(host))
    );
  }

  labels(sample: EdgeLabels): EdgeLabels {
    const { reporter, destinationServiceName, destinationServiceNamespace } = sample;
    const service = this.host(sample.destinationService);
    return {
      reporter,
      source: this.peer(sample.source),
      destination: this.peer(sample.destination),
      destinationService: service,
      destinationServiceName:
        service === sample.destinationService &&
        (destinationServiceName === null || !this.isHiddenHost(destinationServiceName))
          ? destinationServiceName
          : service,
      destinationServiceNamespace:
        destinationServiceNamespace !== null && !this.seesWorkloadsOf(destinationServiceNamespace)
          ? OUTSIDE
          : destinationServiceNamespace,
    };
  }

  /** A certificate's name holds the namespace. */
  principals({ source, destination, ...sample }: EdgeLabels & Principals): Principals {
    const of = (isHidden: boolean, principal: string | null) =>
      isHidden && principal !== NO_PRINCIPAL ? null : this.principalInSight(principal);
    return {
      sourcePrincipal: of(this.isHidden(source), sample.sourcePrincipal),
      destinationPrincipal: of(this.isHidden(destination), sample.destinationPrincipal),
    };
  }

  end<End extends PeerName>(end: End): End {
    if (!this.isHidden(end)) return end;
    return {
      ...end,
      ...(end.cluster === undefined ? {} : { cluster: null }),
      workload: this.number(JSON.stringify([end.namespace, end.workload, end.cluster])),
      namespace: OUTSIDE,
    };
  }

  host(host: string | null): string | null {
    return host !== null && this.isHiddenHost(host) ? this.number(host) : host;
  }

  private peer(peer: PeerLabels): PeerLabels {
    if (!this.isHidden(peer)) return peer;
    return { ...this.end(peer), app: OUTSIDE, version: OUTSIDE };
  }

  /** Proved by a certificate of a namespace that is out of sight, whatever the labels say. */
  private principalInSight(principal: string | null): string | null {
    const namespace = principal === null ? undefined : /\/ns\/([^/]+)/.exec(principal)?.[1];
    return namespace !== undefined && !this.seesWorkloadsOf(namespace) ? null : principal;
  }

  private seesWorkloadsOf(namespace: string): boolean {
    return this.sight.visibility.sees(WORKLOAD_KIND, namespace);
  }

  private isSeen({ namespace, cluster }: PeerName): boolean {
    const { visibility } = this.sight;
    return namespace !== null && this.seesWorkloadsOf(namespace) && visibility.seesCluster(cluster);
  }

  /** Traffic of a namespace is out of sight for whoever may not list its workloads. */
  private isHidden(end: PeerName): boolean {
    return end.namespace !== null && !this.isSeen(end);
  }

  private isHiddenHost(host: string): boolean {
    const namespace = this.sight.namespaceOf(host);
    return namespace !== null && this.sight.hides(namespace);
  }

  private number(name: string): string {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const made = `${OUTSIDE}${this.numbers.size}`;
    this.numbers.set(name, made);
    return made;
  }
}
