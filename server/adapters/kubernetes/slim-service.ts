import type { JsonObject } from '@/mesh/json';
import { readNumber, readObject, readObjects, readString, readStringMap } from '@/mesh/read-json';
import type { Namespace, Service, ServicePort } from '@/mesh/topology/topology';
import { toAnnotations, toTimeMs } from '@/server/adapters/kubernetes/to-object';

function toPort(port: JsonObject): ServicePort {
  const number = readNumber(port, 'port') ?? 0;
  return {
    name: readString(port, 'name'),
    port: number,
    targetPort: readNumber(port, 'targetPort') ?? readString(port, 'targetPort') ?? number,
    protocol: readString(port, 'protocol') ?? 'TCP',
    appProtocol: readString(port, 'appProtocol'),
  };
}

/** Slims a Service. An empty selector is none. */
export function toService(object: JsonObject): Service {
  const selector = readStringMap(object, 'spec', 'selector');
  return {
    namespace: readString(object, 'metadata', 'namespace') ?? '',
    name: readString(object, 'metadata', 'name') ?? '',
    createdAtMs: toTimeMs(readString(object, 'metadata', 'creationTimestamp')) ?? 0,
    labels: readStringMap(object, 'metadata', 'labels') ?? {},
    annotations: toAnnotations(readObject(object, 'metadata', 'annotations')),
    selector: selector === null || Object.keys(selector).length === 0 ? null : selector,
    headless: readString(object, 'spec', 'clusterIP') === 'None',
    type: readString(object, 'spec', 'type') ?? 'ClusterIP',
    externalName: readString(object, 'spec', 'externalName'),
    ports: readObjects(object, 'spec', 'ports').map(toPort),
  };
}

const MESH_LABELS = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'];

/** When whoever set a label that puts pods into the mesh last wrote; the newest of them. */
function meshLabelsAtMs(object: JsonObject): number | null {
  const times = readObjects(object, 'metadata', 'managedFields')
    .filter((entry) => {
      const labels = readObject(entry, 'fieldsV1', 'f:metadata', 'f:labels') ?? {};
      return MESH_LABELS.some((name) => `f:${name}` in labels);
    })
    .flatMap((entry) => toTimeMs(readString(entry, 'time')) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** Slims a Namespace. */
export function toNamespace(object: JsonObject): Namespace {
  const planes = readString(object, 'metadata', 'annotations', CONTROL_PLANES);
  return {
    name: readString(object, 'metadata', 'name') ?? '',
    labels: readStringMap(object, 'metadata', 'labels') ?? {},
    ...(planes === null ? {} : { controlPlaneClusters: namesIn(planes) }),
    createdAtMs: toTimeMs(readString(object, 'metadata', 'creationTimestamp')) ?? 0,
    meshLabelsAtMs: meshLabelsAtMs(object),
  };
}

const CONTROL_PLANES = 'topology.istio.io/controlPlaneClusters';

function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
