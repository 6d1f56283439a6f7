import { writeStatus } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, objectOf, readPath } from '@/demo/kubernetes/json';

const FIRST_ADDRESS = 2;

/** Fills what a kubelet reports of its node and the scenario leaves out: addresses, times, what can be allocated. */
export function reconcileNode(context: ControllerContext, node: KubernetesObject): void {
  const status = objectOf(node['status']);
  if (arrayOf(status['addresses']).length > 0) return;
  const now = context.store.timestamp();
  const { name } = node.metadata;
  const position = context.store
    .list('', 'Node')
    .findIndex((other) => other.metadata.name === name);
  writeStatus(context.store, node, {
    allocatable: status['capacity'],
    ...status,
    addresses: [
      { type: 'InternalIP', address: `172.18.0.${FIRST_ADDRESS + position}` },
      { type: 'Hostname', address: name },
    ],
    conditions: arrayOf(readPath(node, 'status', 'conditions')).map((condition) => ({
      message: 'kubelet is posting ready status',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
      ...objectOf(condition),
    })),
    nodeInfo: {
      operatingSystem: 'linux',
      kernelVersion: 'simulated',
      containerRuntimeVersion: 'embedded://1',
      ...objectOf(status['nodeInfo']),
    },
  });
}
