import { principalOf } from '@/demo/traffic/emit/peer-identity';
import type { Compilation, FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import { workloadPort } from '@/demo/traffic/flow/endpoints';
import type { ServerEnd } from '@/demo/traffic/flow/report-factory';
import type { MeshModel, ServiceModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
import { denialOf } from '@/demo/traffic/security/authorization';
import type { AuthorizedRequest, Denial } from '@/demo/traffic/security/authorized-request';

/** Who sends a request to which port of which service. */
interface AccessContext {
  readonly compilation: Compilation;
  readonly client: FlowClient;
  readonly service: ServiceModel;
  /** Of the service. */
  readonly port: number;
}

/** Why the server's proxy turns this client's request away; `null`: it lets it in. Identity counts only within mTLS. */
export function requestDenial(
  { compilation, client, service, port }: AccessContext,
  request: FlowRequest,
  server: ServerEnd,
  workload: WorkloadModel,
): Denial | null {
  const { model } = compilation;
  const isMutual = server.connection === 'mtls';
  const principal = principalOf(client.workload, model.settings.trustDomain);
  return denialOf(compilation.at(workload.place).model, workload, {
    ...shapeOf(request),
    principal: isMutual ? principal.replace('spiffe://', '') : null,
    namespace: isMutual ? client.workload.namespace : null,
    port: workloadPort(service, port),
  });
}

/** Why a gateway turns a request from outside the mesh away; such a caller has no identity. */
export function gatewayDenial(
  model: MeshModel,
  gateway: WorkloadModel,
  request: FlowRequest,
): Denial | null {
  if (model.authorizationPolicies.length === 0) return null;
  const listener = [...model.services.values()].find(({ pods }) =>
    pods.some(({ workload }) => workload === gateway),
  );
  const port = listener === undefined ? request.port : workloadPort(listener, request.port);
  return denialOf(model, gateway, { ...shapeOf(request), principal: null, namespace: null, port });
}

function shapeOf(
  request: FlowRequest,
): Omit<AuthorizedRequest, 'principal' | 'namespace' | 'port'> {
  return {
    host: request.host,
    method: request.method,
    path: request.path,
    headers: request.headers,
    isTcp: request.behaviour.protocol === 'tcp',
  };
}
