import type { Core } from 'cytoscape';
import { isBoxOfNamespace } from '@/components/graph/fold/boxes';
import type { DrawnGraph } from '@/components/graph/fold/fold-graph';
import type { Selection } from '@/components/graph/selection';

/** Drawings up to this many elements dim everything that is not near the pointer; larger ones only lift what is. */
const DIM_UP_TO_ELEMENTS = 260;

/** Marks the selected element. */
export function showSelection(
  cy: Core,
  selection: Selection | null,
  splitNodeId: string | null,
): void {
  cy.batch(() => {
    cy.elements('.chosen').removeClass('chosen');
    if (selection === null) return;
    if (selection.kind === 'namespace') {
      cy.nodes()
        .filter((node) => isBoxOfNamespace(node.id(), selection.id))
        .addClass('chosen');
      return;
    }
    const id = selection.kind === 'split' ? splitNodeId : selection.id;
    if (id !== null) cy.getElementById(id).addClass('chosen');
  });
}

/** Lifts the neighbourhood of an element, or ends that with `null`. */
export function showNeighbourhood(cy: Core, id: string | null): void {
  cy.batch(() => {
    cy.elements('.near').removeClass('near');
    cy.nodes('.hovered').removeClass('hovered');
    cy.elements('.dimmed-by-hover').removeClass('dimmed-by-hover dimmed');
    if (id === null) return;
    const element = cy.getElementById(id);
    if (element.empty() || element.isParent()) return;
    const near = element.closedNeighborhood().union(
      cy
        .edges()
        .filter((edge) => edge.id() === id)
        .connectedNodes(),
    );
    near.addClass('near');
    if (element.isNode()) element.addClass('hovered');
    if (cy.elements().length > DIM_UP_TO_ELEMENTS) return;
    cy.elements()
      .difference(near)
      .filter((other) => !cy.getElementById(other.id()).isParent() && !other.hasClass('dimmed'))
      .addClass('dimmed dimmed-by-hover');
  });
}

/** Marks what was found and dims the rest; `null` ends that. An element that stands for several is found with any of them. */
export function showFound(cy: Core, drawn: DrawnGraph, found: ReadonlySet<string> | null): void {
  cy.batch(() => {
    cy.elements('.found').removeClass('found');
    cy.elements('.dimmed').removeClass('dimmed dimmed-by-hover');
    if (found === null) return;
    const shown = new Set(found);
    for (const folded of drawn.folded)
      if (folded.nodes.some((node) => found.has(node.id))) shown.add(folded.box.id);
    for (const edge of drawn.edges)
      if (edge.edges.some((part) => found.has(part.id))) shown.add(edge.id);
    cy.elements().forEach((element) => {
      if (shown.has(element.id())) element.addClass('found');
      else if (!element.isParent()) element.addClass('dimmed');
    });
  });
}
