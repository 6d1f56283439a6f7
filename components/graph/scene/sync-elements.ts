import type { Core, ElementDefinition } from 'cytoscape';
import { isFrame } from '@/components/graph/is-frame';
import type { EdgeData, GraphElements, NodeData } from '@/components/graph/to-elements';

/** What a synchronisation did. `isRestructured` is true when nodes, edges or boxes came, went or changed their place or size. */
export interface SyncOutcome {
  readonly isRestructured: boolean;
  readonly changed: number;
}

/** Makes the drawing hold exactly `elements`, touching only what differs. New nodes are hidden until they are placed. */
export function syncElements(cy: Core, elements: GraphElements): SyncOutcome {
  let isRestructured = false;
  let changed = 0;
  cy.batch(() => {
    isRestructured = removeGone(cy, elements);
    const added: ElementDefinition[] = [];
    for (const node of elements.nodes) {
      const outcome = syncNode(cy, node, added);
      isRestructured ||= outcome !== 'same' && outcome !== 'data';
      changed += outcome === 'same' ? 0 : 1;
    }
    for (const edge of elements.edges) {
      const outcome = syncEdge(cy, edge, added);
      isRestructured ||= outcome === 'new';
      changed += outcome === 'same' ? 0 : 1;
    }
    if (added.length > 0) cy.add(added);
    // Children of a removed frame leave with it in Cytoscape, so frames go last.
    removeFrames(cy, elements);
  });
  return { isRestructured, changed };
}

function removeGone(cy: Core, elements: GraphElements): boolean {
  const wanted = new Set([...elements.nodes, ...elements.edges].map((element) => element.id));
  const gone = cy
    .elements()
    .filter((element) => !wanted.has(element.id()) && !cy.getElementById(element.id()).isParent());
  gone.remove();
  return gone.nonempty();
}

function removeFrames(cy: Core, elements: GraphElements): void {
  const wanted = new Set(elements.nodes.map((node) => node.id));
  const frames = cy.nodes().filter((node) => !wanted.has(node.id()));
  frames.children().move({ parent: null });
  frames.remove();
}

type Outcome = 'same' | 'data' | 'new' | 'moved';

function syncNode(cy: Core, node: NodeData, added: ElementDefinition[]): Outcome {
  const existing = cy.getElementById(node.id);
  const isBox = isFrame(node);
  if (existing.nonempty() && existing.data('role') !== node.role) {
    // A folded box that opens, or a service that gains its first split, is another thing under the same id.
    const isFrameChange = isBox || existing.isParent();
    if (isFrameChange) existing.children().move({ parent: null });
    if (isFrameChange) existing.remove();
    else return replaceData(existing, { ...node }) ? 'moved' : 'same';
    added.push(definition(node, isBox));
    return 'new';
  }
  if (existing.empty()) {
    added.push(definition(node, isBox));
    return 'new';
  }
  const around = existing.parent();
  const parent = around.nonempty() ? around.first().id() : null;
  const isMoved = parent !== node.parent;
  if (isMoved) existing.move({ parent: node.parent });
  const isResized =
    existing.data('width') !== node.width || existing.data('height') !== node.height;
  const isChanged = replaceData(cy.getElementById(node.id), { ...node });
  return isMoved || (isResized && isChanged) ? 'moved' : isChanged ? 'data' : 'same';
}

function definition(node: NodeData, isBox: boolean): ElementDefinition {
  const { parent, ...data } = node;
  return {
    group: 'nodes',
    data: parent === null ? { ...data } : { ...data, parent },
    grabbable: !isBox,
    pannable: isBox,
    classes: isBox ? [] : ['unplaced'],
  };
}

function syncEdge(cy: Core, edge: EdgeData, added: ElementDefinition[]): Outcome {
  const existing = cy.getElementById(edge.id);
  const data = { ...edge };
  if (existing.nonempty()) return replaceData(existing, data) ? 'data' : 'same';
  added.push({ group: 'edges', data });
  return 'new';
}

const IMMUTABLE = new Set(['id', 'parent', 'source', 'target']);

function replaceData(
  element: { data: (keyOrValues: string | Record<string, unknown>) => unknown },
  wanted: Readonly<Record<string, unknown>>,
): boolean {
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wanted)) {
    if (!IMMUTABLE.has(key) && element.data(key) !== value) changed[key] = value;
  }
  if (Object.keys(changed).length === 0) return false;
  element.data(changed);
  return true;
}
