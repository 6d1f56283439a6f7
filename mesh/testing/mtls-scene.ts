import { assessEdgeMtls } from '@/mesh/mtls/assess-edge-mtls';
import { edgeLabels } from '@/mesh/testing/telemetry-builders';
import { aService, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { ConfigObject } from '@/mesh/topology/object';
import type { EdgeMtls } from '@/mesh/mtls/mtls';
import type { MeshConfig, Service, Workload } from '@/mesh/topology/topology';
import type { MtlsQuestion } from '@/mesh/mtls/mtls-question';

/** What differs from a sidecar in `web` that calls a sidecar in `shop` over HTTP, with nothing configured. */
export interface MtlsScene {
  readonly config?: readonly ConfigObject[];
  /** `null`: a client without identity. */
  readonly client?: Partial<Workload> | null;
  readonly server?: Partial<Workload>;
  readonly service?: Partial<Service>;
  readonly mesh?: Partial<MeshConfig>;
  /** Workloads beside the two. */
  readonly others?: readonly Workload[];
  readonly question?: Partial<MtlsQuestion>;
}

/** Assesses the edge from `web/front` to `shop/api-v1`, by the host `api.shop`, as its client reported it. */
export function assessScene(scene: MtlsScene): EdgeMtls {
  const topology = aTopology({
    workloads: [
      aWorkload('web', 'front', scene.client ?? {}),
      aWorkload('shop', 'api-v1', scene.server ?? {}),
      ...(scene.others ?? []),
    ],
    services: [aService('shop', 'api', scene.service ?? {})],
    config: scene.config ?? [],
    mesh: scene.mesh ?? {},
  });
  const labels = edgeLabels(
    'source',
    scene.client === null ? null : 'web/front',
    'shop/api-v1',
    'api.shop',
  );
  return assessEdgeMtls(topology, {
    ...labels,
    protocol: 'http',
    security: null,
    ...scene.question,
  });
}
