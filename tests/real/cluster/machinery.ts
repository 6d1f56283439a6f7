import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiObject } from '@/tests/real/cluster/api-client';
import { freePorts, Program } from '@/tests/real/cluster/program';
import { kubernetesProgram, type RealCluster } from '@/tests/real/cluster/real-cluster';
import { NODE } from '@/tests/real/objects';

const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
];

/** How nodes and pods come up and go, as kwok itself brings it. */
const STAGES = [
  'node/fast/node-initialize.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: NODE, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
  status: { capacity: { cpu: '64', memory: '256Gi', pods: '2000' } },
} as ApiObject;

/** A port of pods, and that of loopback which answers for it. */
export interface ContainerPort {
  readonly containerPort: number;
  readonly localPort: number;
}

/** kwok as the kubelet that `kubectl port-forward` ends at. */
function forwardFlags(
  folder: string,
  kwokPort: number,
  ports: readonly ContainerPort[],
): readonly string[] {
  const file = join(folder, 'forward.json');
  const forwards = ports.map(({ containerPort, localPort }) => ({
    ports: [containerPort],
    target: { address: '127.0.0.1', port: localPort },
  }));
  const config = {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterPortForward',
    metadata: { name: 'container-ports' },
    spec: { forwards },
  };
  writeFileSync(file, JSON.stringify(config));
  return [`--node-port=${kwokPort}`, `--config=${file}`];
}

/** kube-controller-manager and kwok: Deployments get pods, and pods come up as if kubelets ran them. */
export class Machinery {
  private constructor(private readonly programs: readonly Program[]) {}

  /** With `containerPorts`, the API server reaches these ports of every pod on loopback, as it does through kubelets. */
  static async start(
    cluster: RealCluster,
    containerPorts: readonly ContainerPort[] = [],
  ): Promise<Machinery> {
    const folder = mkdtempSync(join(cluster.folder, 'machinery-'));
    const kubeconfig = `--kubeconfig=${cluster.kubeconfig('admin')}`;
    const [port = 0, kwokPort = 0] = await freePorts(2);
    const controllers = new Program(
      'kube-controller-manager',
      kubernetesProgram('kube-controller-manager'),
      [
        kubeconfig,
        `--controllers=${CONTROLLERS.join(',')}`,
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
        `--secure-port=${port}`,
        `--cert-dir=${folder}`,
      ],
      folder,
    );
    const kwok = new Program(
      'kwok',
      kubernetesProgram('kwok'),
      [
        kubeconfig,
        '--manage-all-nodes=true',
        '--node-ip=127.0.0.1',
        '--node-lease-duration-seconds=0',
        `--server-address=127.0.0.1:${kwokPort}`,
        ...STAGES.map((file) => `--config=${join(kubernetesProgram('kwok-stages'), file)}`),
        ...(containerPorts.length === 0 ? [] : forwardFlags(folder, kwokPort, containerPorts)),
      ],
      folder,
    );
    await cluster.admin.apply(node);
    await controllers.start(async () => true);
    const health = `http://127.0.0.1:${kwokPort}/healthz`;
    await kwok.start(async () => (await fetch(health).catch(() => null))?.ok === true);
    return new Machinery([kwok, controllers]);
  }

  async stop(): Promise<void> {
    for (const program of this.programs) await program.stop('SIGKILL');
  }
}
