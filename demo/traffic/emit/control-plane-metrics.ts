import { DEFAULT_CLUSTER_ID } from '@/demo/cluster-id';
import type { MetricRegistry } from '@/demo/prometheus/metric-registry';
import type { MeshModel } from '@/demo/traffic/model/mesh-model';

const RELEASE = '1.29.2';

/** The few series of istiod and of the scrape itself that dashboards look for. */
export function emitControlPlane(registry: MetricRegistry, model: MeshModel): void {
  const gauge = (
    name: string,
    help: string,
    labels: Record<string, string>,
    value: number,
  ): void => {
    registry.gauge(name, help, labels).set(value);
  };
  const pods = [...model.podsByWorkload.values()].flat();
  const proxies = pods.filter((pod) => pod.hasProxy).length;
  const { cluster } = model;
  const named: Record<string, string> = cluster === DEFAULT_CLUSTER_ID ? {} : { cluster };
  const istiod = { app: 'istiod', job: 'kubernetes-pods', ...named };
  gauge(
    'up',
    'Whether the last scrape of the target succeeded.',
    { job: 'kubernetes-pods', instance: 'istiod:15014', ...named },
    1,
  );
  gauge(
    'istio_build',
    'Build of an Istio component.',
    { component: 'pilot', tag: RELEASE, ...named },
    1,
  );
  gauge(
    'istio_build',
    'Build of an Istio component.',
    { component: 'proxy', tag: RELEASE, ...named },
    proxies,
  );
  gauge('pilot_xds', 'Proxies connected to this istiod.', { ...istiod, version: RELEASE }, proxies);
  gauge('pilot_services', 'Services known to istiod.', istiod, model.services.size);
  gauge(
    'pilot_virt_services',
    'VirtualServices known to istiod.',
    istiod,
    model.virtualServices.length,
  );
}
