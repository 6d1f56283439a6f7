import { arrayOf, numberOf, readPath, stringMapOf, stringOf } from '@/demo/kubernetes/json';
import { isSubset } from '@/demo/traffic/model/read-services';
import type { ConfigModel, MeshModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
import { coversHost } from '@/demo/traffic/routing/host-name';

/** Names of the Gateway objects that make this workload listen for `host` on `port`. */
export function gatewayNames(
  model: MeshModel,
  workload: WorkloadModel,
  host: string,
  port: number,
): string[] {
  const istio = model.gateways
    .filter((gateway) => selects(gateway, workload) && serves(gateway, host, port))
    .map((gateway) => `${gateway.namespace}/${gateway.name}`);
  const managed = workload.labels['gateway.networking.k8s.io/gateway-name'];
  return managed === undefined ? istio : [...istio, `gateway-api:${workload.namespace}/${managed}`];
}

function selects(gateway: ConfigModel, workload: WorkloadModel): boolean {
  const selector = stringMapOf(gateway.spec['selector']);
  return Object.keys(selector).length > 0 && isSubset(selector, workload.labels);
}

function serves(gateway: ConfigModel, host: string, port: number): boolean {
  return arrayOf(gateway.spec['servers']).some(
    (server) =>
      numberOf(readPath(server, 'port', 'number'), 0) === port &&
      arrayOf(readPath(server, 'hosts'))
        .map((pattern) => stringOf(pattern).split('/').at(-1) ?? '')
        .some((pattern) => coversHost(pattern, host)),
  );
}
