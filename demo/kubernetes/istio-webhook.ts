import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { groupOf } from '@/demo/kubernetes/resource-type';
import { destinationRuleFaults } from '@/demo/kubernetes/istio-destination-rules';
import { virtualServiceFaults } from '@/demo/kubernetes/istio-virtual-services';
import { otherIstioFaults } from '@/demo/kubernetes/istio-other-rules';

function faultsOf(object: KubernetesObject): readonly string[] {
  if (object.kind === 'VirtualService') return virtualServiceFaults(object['spec']);
  if (object.kind === 'DestinationRule') return destinationRuleFaults(object['spec']);
  return otherIstioFaults(object);
}

/**
 * What Istio's validation webhook would say against an object, in its wording; `null` when it would accept it or is not
 * asked. Covers the rules that the schemas cannot express for routes, destination rules, gateways, service entries and
 * authentication and authorization policies.
 */
export function istioDenial(object: KubernetesObject): string | null {
  if (!groupOf(object.apiVersion).endsWith('.istio.io')) return null;
  const faults = faultsOf(object);
  const [only] = faults;
  if (only === undefined) return null;
  if (faults.length === 1) return only;
  return `${faults.length} errors occurred:\n${faults.map((text) => `\t* ${text}`).join('\n')}\n\n`;
}
