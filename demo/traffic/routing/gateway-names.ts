import { arrayOf, numberOf, readPath, stringMapOf, stringOf } from '@/demo/kubernetes/json';
import { isSubset } from '@/demo/traffic/model/read-services';
import type { ConfigModel, MeshModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
import { coversHost } from '@/demo/traffic/routing/host-name';

/** Names of the Gateway objects that make this workload listen for `host` on `port` of a Service in front of it. */
export function gatewayNames(
  model: MeshModel,
  workload: WorkloadModel,
  host: string,
  port: number,
): string[] {
  const selecting = model.gateways.filter((gateway) => selects(gateway, workload));
  const numbers = selecting.length === 0 ? [] : serverNumbers(model, workload, port);
  const istio = selecting
    .filter((gateway) => serves(gateway, host, numbers))
    .map((gateway) => `${gateway.namespace}/${gateway.name}`);
  const managed = workload.labels['gateway.networking.k8s.io/gateway-name'];
  return managed === undefined ? istio : [...istio, `gateway-api:${workload.namespace}/${managed}`];
}

/**
 * By which numbers a server may name the port: a number is that of a Service's port, and where no Service in front has
 * such a port, that on which the pod itself listens.
 */
function serverNumbers(model: MeshModel, workload: WorkloadModel, port: number): readonly number[] {
  const ports = [...model.services.values()]
    .filter(
      ({ namespace, selector }) =>
        selector !== null &&
        namespace === workload.namespace &&
        isSubset(selector, workload.labels),
    )
    .flatMap((service) => service.ports);
  const targets = ports
    .filter(({ number }) => number === port)
    .map(({ targetPort }) => targetPort)
    .filter(
      (target) => typeof target === 'number' && ports.every(({ number }) => number !== target),
    );
  return [port, ...targets.map(Number)];
}

function selects(gateway: ConfigModel, workload: WorkloadModel): boolean {
  const selector = stringMapOf(gateway.spec['selector']);
  return Object.keys(selector).length > 0 && isSubset(selector, workload.labels);
}

function serves(gateway: ConfigModel, host: string, numbers: readonly number[]): boolean {
  return arrayOf(gateway.spec['servers']).some(
    (server) =>
      numbers.includes(numberOf(readPath(server, 'port', 'number'), 0)) &&
      arrayOf(readPath(server, 'hosts'))
        .map((pattern) => stringOf(pattern).split('/').at(-1) ?? '')
        .some((pattern) => coversHost(pattern, host)),
  );
}
