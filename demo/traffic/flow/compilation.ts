import type { ApplicationModel, CallBehaviour, WorkloadBehaviour } from '@/demo/traffic/behaviour';
import type { FlowCall, FlowNode } from '@/demo/traffic/flow/flow-plan';
import type {
  ClusterPlace,
  LabelMap,
  MeshModel,
  PodModel,
  WorkloadModel,
} from '@/demo/traffic/model/mesh-model';
import type { ClientScopes } from '@/demo/traffic/routing/client-scope';
import type { RequestShape } from '@/demo/traffic/routing/match-request';
import type { RouteIndex } from '@/demo/traffic/routing/route-index';

/** State shared by the steps that turn a mesh model into a plan. */
export interface Compilation {
  readonly model: MeshModel;
  readonly application: ApplicationModel;
  readonly routes: RouteIndex;
  readonly scopes: ClientScopes;
  readonly nodes: FlowNode[];
  readonly nodeByKey: Map<string, FlowNode>;
  /** The compilation whose model configures the proxies of a cluster; all of them share the nodes. */
  readonly at: (place: ClusterPlace) => Compilation;
  /** Keys of nodes being compiled, to cut cycles. */
  readonly active: Set<string>;
  /** Routes one kind of call; here, because applications make calls and calls lead to applications. */
  readonly compileCall: CompileCall;
}

/** Works out where a client's call goes; `inherited` are headers of the request being handled, which travel on. */
export type CompileCall = (
  compilation: Compilation,
  client: FlowClient,
  behaviour: CallBehaviour,
  inherited: LabelMap,
) => FlowCall;

/** Who makes a call. `bare` has no proxy: no routing rules, no client metrics, plaintext. */
export interface FlowClient {
  readonly kind: 'sidecar' | 'gateway' | 'bare';
  readonly workload: WorkloadModel;
  readonly pods: readonly PodModel[];
}

/** A call as one proxy routes it. */
export interface FlowRequest extends RequestShape {
  readonly behaviour: CallBehaviour;
  /** The host that the client meant, fully qualified when the cluster knows it. */
  readonly resolvedHost: string;
}

const UNKNOWN_APPLICATION: WorkloadBehaviour = { serviceMs: 4, failures: [], calls: [] };

/** How a workload acts: as described, else like its app (a version that somebody added), else it just answers. */
export function behaviourOf(
  application: ApplicationModel,
  workload: WorkloadModel,
): WorkloadBehaviour {
  return (
    application.workloads.get(`${workload.namespace}/${workload.name}`) ??
    application.workloads.get(
      `${workload.namespace}/${workload.app ?? workload.canonicalService}`,
    ) ??
    UNKNOWN_APPLICATION
  );
}

/** Headers of a request as a stable text. */
export function headersKey(headers: LabelMap): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
}
