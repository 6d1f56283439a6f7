import { GRAPH_SIZES } from '@/components/graph/graph-tokens';
import type { EdgePaths } from '@/components/graph/scene/edge-paths';

const GAP = 7;

/** Labels that stand at the ends of edges while weights are tried out. */
export interface PredictionLabels {
  /** Shows a text per edge id; `null` takes all away. Writes to the DOM directly, so that a drag costs no other drawing. */
  readonly show: (texts: ReadonlyMap<string, string> | null) => void;
  /** Puts the labels at their edges again after nodes moved. */
  readonly follow: () => void;
}

/** Keeps the labels inside `layer`, which is on the drawing plane. */
export function createPredictionLabels(
  layer: HTMLElement,
  paths: EdgePaths,
  className: string,
): PredictionLabels {
  const labels = new Map<string, HTMLElement>();
  const place = (edgeId: string, label: HTMLElement): void => {
    const path = paths.pathOf(edgeId);
    label.hidden = path === null;
    if (path === null) return;
    // Beside the node that gets the traffic: between it and the handle there is no room to read.
    const { x, y } = path.to;
    label.style.transform = `translate(${x + GRAPH_SIZES.body + GAP}px, ${y}px) scale(var(--title-scale, 1)) translateY(-50%)`;
  };
  return {
    show: (texts) => {
      for (const [edgeId, label] of labels) {
        if (texts?.has(edgeId)) continue;
        label.remove();
        labels.delete(edgeId);
      }
      for (const [edgeId, text] of texts ?? []) {
        const label = labels.get(edgeId) ?? document.createElement('div');
        if (!labels.has(edgeId)) {
          label.className = className;
          labels.set(edgeId, label);
          layer.append(label);
          place(edgeId, label);
        }
        if (label.textContent !== text) label.textContent = text;
      }
    },
    follow: () => labels.forEach((label, edgeId) => place(edgeId, label)),
  };
}
