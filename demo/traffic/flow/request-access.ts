import type { FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import type { Endpoint } from '@/demo/traffic/flow/endpoints';
import type { ServerEnd } from '@/demo/traffic/flow/report-factory';
import { principalOf } from '@/demo/traffic/emit/peer-identity';
import type { MeshModel } from '@/demo/traffic/model/mesh-model';
import { isAllowed } from '@/demo/traffic/security/authorization';

/** Whether the server's AuthorizationPolicies let this client's request in. Identity counts only within mTLS. */
export function isRequestAllowed(
  model: MeshModel,
  client: FlowClient,
  endpoint: Endpoint,
  request: FlowRequest,
  port: number,
  server: ServerEnd,
): boolean {
  const isMutual = server.connection === 'mtls';
  const principal = principalOf(client.workload, model.settings.trustDomain);
  return isAllowed(model, endpoint.workload, {
    principal: isMutual ? principal.replace('spiffe://', '') : null,
    namespace: isMutual ? client.workload.namespace : null,
    host: request.host,
    port,
    method: request.method,
    path: request.path,
    headers: request.headers,
    isTcp: request.behaviour.protocol === 'tcp',
  });
}
