import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { namespace } from '@/demo/scenario/manifests';

/** What a cluster has before anybody installs a mesh: nodes, its own namespaces and the class of Istio's gateways. */
export function clusterObjects(): KubernetesObject[] {
  return [
    ...[1, 2, 3].map((number) => node(`demo-node-${String(number)}`)),
    namespace('default', false),
    namespace('kube-system', false),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'istio' },
      spec: { controllerName: 'istio.io/gateway-controller' },
    },
  ];
}

function node(name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: {},
    status: {
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
      nodeInfo: { kubeletVersion: 'v1.32.0', osImage: 'simulated', architecture: 'amd64' },
    },
  };
}
