import type { Visibility } from '@/mesh/visibility/visibility';
import type { Topology } from '@/mesh/topology/topology';

/** What must not be told, and how to find it in names and texts. */
export interface OutOfSight {
  readonly visibility: Visibility;
  /** Whether nobody may hear of a namespace: it exists and is not seen. */
  hides(namespace: string): boolean;
  /** The namespace that a host names, as `name.namespace`, `name.namespace.svc` or longer; `null` when it names none. */
  namespaceOf(host: string): string | null;
  /** Whether a text holds the name of a hidden namespace as a word; a word is what can be a DNS label. */
  tells(text: string): boolean;
}

const WORD = /[a-z0-9](?:[-a-z0-9]*[a-z0-9])?/g;

/** What of a cluster is out of sight. `topology` is the whole one. */
export function outOfSight(topology: Topology, visibility: Visibility): OutOfSight {
  const hidden = new Set(
    [...topology.namespaces.keys()].filter((name) => !visibility.seesNamespace(name)),
  );
  const isService = (host: string) => {
    const [, namespace = '', svc] = host.split('.');
    return svc === 'svc' || hidden.has(namespace) || visibility.seesNamespace(namespace);
  };
  return {
    visibility,
    hides: (namespace) => !visibility.seesNamespace(namespace),
    namespaceOf: (host) => {
      const [name = ''] = host.toLowerCase().split(':');
      const [, namespace] = name.split('.');
      return namespace !== undefined && isService(name) ? namespace : null;
    },
    tells: (text) =>
      hidden.size > 0 && (text.toLowerCase().match(WORD) ?? []).some((word) => hidden.has(word)),
  };
}
