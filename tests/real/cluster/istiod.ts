import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ApiObject } from '@/tests/real/cluster/api-client';
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
  ) {}

  /** Starts istiod and waits until the API server asks its webhook about every object of Istio. */
  static async start(cluster: RealCluster): Promise<Istiod> {
    await cluster.admin.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    await cluster.admin.apply(injectorConfig());
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
      POD_NAME: 'istiod',
      ISTIOD_CUSTOM_HOST: 'localhost',
      CLUSTER_ID: 'Kubernetes',
    });
    const ready = `http://${address(http)}/ready`;
    await program.start(async () => (await fetch(ready).catch(() => null))?.ok === true);
    const istiod = new Istiod(program, folder, address(grpc));
    await istiod.register(cluster, https);
    return istiod;
  }

  /** Waits until new pods of a namespace get a proxy: the API server takes a moment to use a new webhook. */
  async untilInjecting({ admin }: RealCluster, namespace: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    const probe = {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' } },
      spec: {
        serviceAccountName: 'default',
        containers: [{ name: 'app', image: 'example/app:1' }],
      },
    };
    let answer = '';
    const isInjected = async (): Promise<boolean> => {
      answer = (await admin.call('POST', path, probe)).text;
      return answer.includes('istio-proxy');
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
    await cluster.admin.apply(webhook(port, caBundle));
    await cluster.admin.apply(injector(port, caBundle));
    await untilRefused(cluster);
  }
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

function injector(port: number, caBundle: string): ApiObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'istio-sidecar-injector' },
    webhooks: [
      {
        name: 'namespace.sidecar-injector.istio.io',
        clientConfig: { url: `https://localhost:${port}/inject`, caBundle },
        namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
        ],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  } as unknown as ApiObject;
}

type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What istiod's chart puts into the ConfigMap of the injector, with its own template and values. */
function injectorConfig(): ApiObject {
  const chart = (file: string) => readFileSync(join(istioProduct('istiod-chart'), file), 'utf8');
  const { _internal_defaults_do_not_set: values = {} } = parse(chart('values.yaml')) as {
    readonly _internal_defaults_do_not_set?: Values;
  };
  const { global, sidecarInjectorWebhook, revision, cni, env, gateways } = values;
  const config = {
    defaultTemplates: ['sidecar'],
    policy: 'enabled',
    alwaysInjectSelector: [],
    neverInjectSelector: [],
    injectedAnnotations: {},
    templates: { sidecar: chart('files/injection-template.yaml') },
  };
  const used = {
    global: { ...global, hub: 'docker.io/istio', tag: '1.31.0' },
    sidecarInjectorWebhook,
    revision,
    pilot: { cni, env },
    gateways,
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio-sidecar-injector', namespace: NAMESPACE },
    data: { config: stringify(config), values: JSON.stringify(used) },
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
