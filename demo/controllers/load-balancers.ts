import { writeStatus } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, objectOf, readPath, stringOf } from '@/demo/kubernetes/json';

/** Addresses beside those of the nodes, as a load balancer of a local cluster hands them out. */
const POOL = Array.from({ length: 51 }, (_unused, index) => `172.18.255.${200 + index}`);

/** The external address of a Service; empty while it has none. */
export function externalAddressOf(service: KubernetesObject | null): string {
  const [first] = arrayOf(readPath(service, 'status', 'loadBalancer', 'ingress'));
  return stringOf(readPath(first, 'ip'));
}

/** Gives a Service of type LoadBalancer an external address, and takes it from one that changed its type. */
export function reconcileLoadBalancer(context: ControllerContext, service: KubernetesObject): void {
  const { store } = context;
  const isWanted = readPath(service, 'spec', 'type') === 'LoadBalancer';
  const address = externalAddressOf(service);
  if (isWanted === (address !== '')) return;
  const taken = new Set(store.list('', 'Service').map(externalAddressOf));
  const free = isWanted ? POOL.find((candidate) => !taken.has(candidate)) : undefined;
  // With the pool used up it stays pending, as on a real cluster.
  if (isWanted && free === undefined) return;
  const loadBalancer = free === undefined ? {} : { ingress: [{ ip: free, ipMode: 'VIP' }] };
  writeStatus(store, service, { ...objectOf(service['status']), loadBalancer });
}
