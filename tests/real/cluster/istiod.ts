import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiObject } from '@/tests/real/cluster/api-client';
import { renderIstiodChart, type ChartValues } from '@/tests/real/cluster/helm';
import { freePorts, Program } from '@/tests/real/cluster/program';
import { istioProduct, type RealCluster } from '@/tests/real/cluster/real-cluster';
import { until } from '@/tests/support/start-fanari';

const NAMESPACE = 'istio-system';
const CA_SECRET = `/api/v1/namespaces/${NAMESPACE}/secrets/istio-ca-secret`;

/** istiod beside a {@link RealCluster}, with its webhooks registered as its chart does. */
export class Istiod {
  private constructor(
    private readonly program: Program,
    private readonly folder: string,
    /** Host and port of its plaintext xDS. */
    readonly xdsAddress: string,
    private readonly revision: string | null,
  ) {}

  /**
   * Starts istiod, and the default revision's waits until the API server asks its webhook about every object of Istio. A
   * `revision` runs beside it and injects where it is named.
   */
  static async start(cluster: RealCluster, revision: string | null = null): Promise<Istiod> {
    await cluster.admin.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    await cluster.admin.applyYaml(
      await renderIstiodChart(chartValues(revision), ['istiod-injector-configmap']),
    );
    const [http = 0, https = 0, grpc = 0, secure = 0, monitoring = 0] = await freePorts(5);
    const folder = mkdtempSync(join(cluster.folder, 'istiod-'));
    const address = (port: number) => `127.0.0.1:${port}`;
    const flags = [
      'discovery',
      `--kubeconfig=${cluster.kubeconfig('admin')}`,
      `--httpAddr=${address(http)}`,
      `--httpsAddr=${address(https)}`,
      `--grpcAddr=${address(grpc)}`,
      `--secureGRPCAddr=${address(secure)}`,
      `--monitoringAddr=${address(monitoring)}`,
      '--ctrlz_port=0',
    ];
    const program = new Program('istiod', istioProduct('pilot-discovery'), flags, folder, {
      POD_NAMESPACE: NAMESPACE,
      POD_NAME: revision === null ? 'istiod' : `istiod-${revision}`,
      REVISION: revision ?? 'default',
      ISTIOD_CUSTOM_HOST: 'localhost',
      CLUSTER_ID: 'Kubernetes',
    });
    const ready = `http://${address(http)}/ready`;
    await program.start(async () => (await fetch(ready).catch(() => null))?.ok === true);
    const istiod = new Istiod(program, folder, address(grpc), revision);
    await istiod.register(cluster, https);
    return istiod;
  }

  /** Waits until new pods of a namespace get a proxy from this istiod: the API server takes a moment to use a webhook or a label. */
  async untilInjecting(
    { admin }: RealCluster,
    namespace: string,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    const probe = {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', labels } },
      spec: {
        serviceAccountName: 'default',
        containers: [{ name: 'app', image: 'example/app:1' }],
      },
    };
    let answer = '';
    const isInjected = async (): Promise<boolean> => {
      answer = (await admin.call('POST', path, probe)).text;
      const mark = `"istio.io/rev":"${this.revision ?? 'default'}"`;
      return answer.includes('"istio-proxy"') && answer.includes(mark);
    };
    await until(`injection in ${namespace}`, isInjected, 30_000).catch((cause: unknown) => {
      throw new Error(`istiod injects nothing: ${answer}`, { cause });
    });
  }

  async stop(): Promise<void> {
    await this.program.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async register(cluster: RealCluster, port: number): Promise<void> {
    const { body } = await cluster.admin.get(CA_SECRET);
    const data = body['data'] as Readonly<Record<string, string>>;
    const caBundle = data['ca-cert.pem'] ?? '';
    const injectionURL = `https://localhost:${port}/inject`;
    const values = {
      ...chartValues(this.revision),
      istiodRemote: { injectionURL, injectionCABundle: caBundle },
    };
    await cluster.admin.applyYaml(await renderIstiodChart(values, ['mutatingwebhook']));
    if (this.revision !== null) return;
    await cluster.admin.apply(webhook(port, caBundle));
    await untilRefused(cluster);
  }
}

/** What istiod's chart is told beside its own values. */
function chartValues(revision: string | null): ChartValues {
  return { revision: revision ?? '', global: { hub: 'docker.io/istio', tag: '1.31.0' } };
}

function webhook(port: number, caBundle: string): ApiObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'istio-validator' },
    webhooks: [
      {
        name: 'validation.istio.io',
        clientConfig: { url: `https://localhost:${port}/validate`, caBundle },
        rules: [
          {
            apiGroups: ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['*'],
          },
        ],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  } as unknown as ApiObject;
}

/** The API server takes a second or two to use a new webhook: an object without hosts shows when it does. */
async function untilRefused({ admin }: RealCluster): Promise<void> {
  const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices?dryRun=All';
  const probe = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'probe' },
    spec: { hosts: [] },
  };
  const isRefused = async () =>
    (await admin.call('POST', path, probe)).text.includes('denied the request');
  await until('validation by istiod', isRefused, 30_000);
}
