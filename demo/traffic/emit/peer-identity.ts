import type { WorkloadModel } from '@/demo/traffic/model/mesh-model';

/** One end of an edge in the words of the metrics; `unknown` where the reporter learned nothing. */
export interface PeerIdentity {
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
  readonly canonicalService: string;
  readonly canonicalRevision: string;
  readonly cluster: string;
}

/** What a reporter writes when it knows nothing of its peer (a missing revision reads `latest`). */
export const UNKNOWN_PEER: PeerIdentity = {
  workload: 'unknown',
  namespace: 'unknown',
  app: 'unknown',
  version: 'unknown',
  canonicalService: 'unknown',
  canonicalRevision: 'latest',
  cluster: 'unknown',
};

/** Identity as exchanged between two proxies. */
export function peerOf(workload: WorkloadModel): PeerIdentity {
  return {
    workload: workload.name,
    namespace: workload.namespace,
    app: workload.app ?? 'unknown',
    version: workload.version ?? 'unknown',
    canonicalService: workload.canonicalService,
    canonicalRevision: workload.canonicalRevision,
    cluster: workload.place.name,
  };
}

/** Identity from the endpoint list alone, which carries no app and version: all that a client has without a peer proxy. */
export function endpointPeerOf(workload: WorkloadModel): PeerIdentity {
  return { ...peerOf(workload), app: 'unknown', version: 'unknown' };
}

/** SPIFFE id of a workload. */
export function principalOf(workload: WorkloadModel, trustDomain: string): string {
  return `spiffe://${trustDomain}/ns/${workload.namespace}/sa/${workload.serviceAccount}`;
}
