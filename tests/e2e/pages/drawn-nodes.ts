import type { Page } from '@playwright/test';

/** A drawn node: centre on the page, in pixels, and on the plane of the drawing. */
export interface DrawnNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly planeX: number;
  readonly planeY: number;
}

interface Core {
  readonly nodes: () => {
    readonly toArray: () => readonly {
      readonly id: () => string;
      readonly isParent: () => boolean;
      readonly hasClass: (name: string) => boolean;
      readonly position: () => { readonly x: number; readonly y: number };
      readonly renderedPosition: () => { readonly x: number; readonly y: number };
    }[];
  };
}

/**
 * Where the canvas shows its nodes, frames of open namespaces and what has no place yet left out. Nothing but Cytoscape knows this, which keeps
 * its instance at its container.
 */
export function drawnNodes(page: Page): Promise<readonly DrawnNode[]> {
  return page.getByRole('application', { name: /^Service graph/ }).evaluate((stage) => {
    const container = stage.firstElementChild;
    const cy = (container as unknown as { _cyreg?: { readonly cy: Core } } | null)?._cyreg?.cy;
    if (container === null || cy === undefined) throw new Error('there is no drawing');
    const frame = container.getBoundingClientRect();
    const nodes = cy
      .nodes()
      .toArray()
      .filter((node) => !node.isParent() && !node.hasClass('unplaced'));
    return nodes.map((node) => ({
      id: node.id(),
      x: frame.left + node.renderedPosition().x,
      y: frame.top + node.renderedPosition().y,
      planeX: node.position().x,
      planeY: node.position().y,
    }));
  });
}

/** One drawn node; rejects when it is not drawn. */
export async function drawnNode(page: Page, id: string): Promise<DrawnNode> {
  const node = (await drawnNodes(page)).find((one) => one.id === id);
  if (node === undefined) throw new Error(`${id} is not drawn`);
  return node;
}
