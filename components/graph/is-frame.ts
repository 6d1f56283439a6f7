import type { NodeData } from '@/components/graph/to-elements';

/** Whether a node is the frame of an open box, which holds others and is no thing itself. */
export function isFrame({ role }: Pick<NodeData, 'role'>): boolean {
  return role === 'namespace-box' || role === 'app-box' || role === 'cluster-box';
}
