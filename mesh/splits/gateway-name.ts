/** A gateway as a VirtualService in `namespace` names it: `mesh`, or `namespace/name`. */
export function gatewayName(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.startsWith('./')) return `${namespace}/${name.slice(2)}`;
  return name.includes('/') ? name : `${namespace}/${name}`;
}
