import type { ControllerContext } from '@/demo/controllers/controller-context';
import { writeStatus } from '@/demo/controllers/controller-context';
import { externalAddressOf } from '@/demo/controllers/load-balancers';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, numberOf, readPath, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

const GROUP = 'gateway.networking.k8s.io';
const CONTROLLER = 'istio.io/gateway-controller';
const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'] as const;

/** Route kinds by the protocol of a listener, as Istio supports them. */
const KINDS_BY_PROTOCOL: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
};

type Verdict = readonly [type: string, isTrue: boolean, reason: string, message: string];

/** The Gateway API objects of a namespace, whose status may depend on its Services and Gateways. */
export function gatewayApiObjects(
  context: ControllerContext,
  namespace: string,
): readonly KubernetesObject[] {
  return ['Gateway', ...ROUTE_KINDS].flatMap((kind) =>
    context.index.inNamespace(`${GROUP}/${kind}`, namespace),
  );
}

/** Says of a GatewayClass that Istio takes care of it. */
export function reconcileGatewayClass(
  context: ControllerContext,
  gatewayClass: KubernetesObject,
): void {
  const before = readPath(gatewayClass, 'status', 'conditions');
  writeStatus(context.store, gatewayClass, {
    conditions: conditionsOf(context, gatewayClass, before, [
      ['Accepted', true, 'Accepted', 'Handled by Istio controller'],
    ]),
  });
}

/** Writes address, conditions and the number of attached routes of a Gateway of class `istio`. */
export function reconcileGateway(context: ControllerContext, gateway: KubernetesObject): void {
  if (readPath(gateway, 'spec', 'gatewayClassName') !== 'istio') return;
  const { namespace = '', name } = gateway.metadata;
  const service = context.store.get('', 'Service', namespace, `${name}-istio`);
  const isDeployed = service !== null;
  const host = `${name}-istio.${namespace}.svc.cluster.local`;
  const external = externalAddressOf(service);
  const address =
    external === '' ? { type: 'Hostname', value: host } : { type: 'IPAddress', value: external };
  const programmed: Verdict = isDeployed
    ? ['Programmed', true, 'Programmed', `Resource programmed, assigned to service(s) ${host}:80`]
    : ['Programmed', false, 'AddressNotAssigned', `No service ${host} for this gateway`];
  writeStatus(context.store, gateway, {
    ...(isDeployed ? { addresses: [address] } : {}),
    conditions: conditionsOf(context, gateway, readPath(gateway, 'status', 'conditions'), [
      ['Accepted', true, 'Accepted', 'Resource accepted'],
      programmed,
    ]),
    listeners: arrayOf(readPath(gateway, 'spec', 'listeners')).map((listener) =>
      listenerStatus(context, gateway, listener),
    ),
  });
}

function listenerStatus(
  context: ControllerContext,
  gateway: KubernetesObject,
  listener: unknown,
): JsonObject {
  const name = stringOf(readPath(listener, 'name'));
  const kinds = KINDS_BY_PROTOCOL[stringOf(readPath(listener, 'protocol'))] ?? [];
  const before = arrayOf(readPath(gateway, 'status', 'listeners')).find(
    (entry) => readPath(entry, 'name') === name,
  );
  return {
    name,
    attachedRoutes: kinds
      .flatMap((kind) => context.store.list(GROUP, kind))
      .filter((route) => attachesTo(route, gateway, name)).length,
    supportedKinds: kinds.map((kind) => ({ group: GROUP, kind })),
    conditions: conditionsOf(context, gateway, readPath(before, 'conditions'), [
      ['Accepted', true, 'Accepted', 'No errors found'],
      ['Conflicted', false, 'NoConflicts', 'No errors found'],
      ['Programmed', true, 'Programmed', 'No errors found'],
      ['ResolvedRefs', true, 'ResolvedRefs', 'No errors found'],
    ]),
  };
}

function attachesTo(route: KubernetesObject, gateway: KubernetesObject, listener: string): boolean {
  return arrayOf(readPath(route, 'spec', 'parentRefs')).some((parent) => {
    const section = readPath(parent, 'sectionName');
    return (
      (readPath(parent, 'kind') ?? 'Gateway') === 'Gateway' &&
      readPath(parent, 'name') === gateway.metadata.name &&
      (readPath(parent, 'namespace') ?? route.metadata.namespace) === gateway.metadata.namespace &&
      (section === undefined || section === listener)
    );
  });
}

/** Writes for every parent of a route whether it is accepted there and whether its backends exist. */
export function reconcileRoute(context: ControllerContext, route: KubernetesObject): void {
  const before = arrayOf(readPath(route, 'status', 'parents'));
  const resolved = backendsVerdict(context, route);
  const parents = arrayOf(readPath(route, 'spec', 'parentRefs')).map((parentRef, index) => ({
    parentRef,
    controllerName: CONTROLLER,
    conditions: conditionsOf(context, route, readPath(before[index], 'conditions'), [
      parentVerdict(context, route, parentRef),
      resolved,
    ]),
  }));
  writeStatus(context.store, route, { parents });
}

function parentVerdict(
  context: ControllerContext,
  route: KubernetesObject,
  parent: unknown,
): Verdict {
  const kind = stringOf(readPath(parent, 'kind') ?? 'Gateway');
  const group = stringOf(readPath(parent, 'group') ?? GROUP);
  const name = stringOf(readPath(parent, 'name'));
  const namespace = stringOf(readPath(parent, 'namespace') ?? route.metadata.namespace);
  const object = context.store.get(group, kind, namespace, name);
  if (object === null) {
    return ['Accepted', false, 'NoMatchingParent', `parent ${kind} ${namespace}/${name} not found`];
  }
  const listeners = arrayOf(readPath(object, 'spec', 'listeners'));
  const section = readPath(parent, 'sectionName');
  if (section !== undefined && !listeners.some((one) => readPath(one, 'name') === section)) {
    return ['Accepted', false, 'NoMatchingParent', `no listener ${stringOf(section)} in ${name}`];
  }
  return ['Accepted', true, 'Accepted', 'Route was valid'];
}

function backendsVerdict(context: ControllerContext, route: KubernetesObject): Verdict {
  const backends = arrayOf(readPath(route, 'spec', 'rules')).flatMap((rule) =>
    arrayOf(readPath(rule, 'backendRefs')),
  );
  for (const backend of backends) {
    if ((readPath(backend, 'kind') ?? 'Service') !== 'Service') continue;
    const name = stringOf(readPath(backend, 'name'));
    const namespace = stringOf(readPath(backend, 'namespace') ?? route.metadata.namespace);
    const service = context.store.get('', 'Service', namespace, name);
    const port = numberOf(readPath(backend, 'port'), 0);
    const ports = arrayOf(readPath(service, 'spec', 'ports'));
    if (!ports.some((one) => readPath(one, 'port') === port)) {
      const host = `${name}.${namespace}.svc.cluster.local`;
      const message = `backend(${host}:${String(port)}) not found`;
      return ['ResolvedRefs', false, 'BackendNotFound', message];
    }
  }
  return ['ResolvedRefs', true, 'ResolvedRefs', 'All references resolved'];
}

/** Conditions in the given order; the time of the last change stays while the status does. */
function conditionsOf(
  context: ControllerContext,
  object: KubernetesObject,
  before: unknown,
  verdicts: readonly Verdict[],
): readonly JsonObject[] {
  return verdicts.map(([type, isTrue, reason, message]) => {
    const status = isTrue ? 'True' : 'False';
    const known = arrayOf(before).find(
      (entry) => readPath(entry, 'type') === type && readPath(entry, 'status') === status,
    );
    return {
      type,
      status,
      reason,
      message,
      observedGeneration: object.metadata.generation ?? 1,
      lastTransitionTime: readPath(known, 'lastTransitionTime') ?? context.store.timestamp(),
    };
  });
}
