import { boundaryAt } from '@/components/graph/split/boundaries';

const COINCIDENT_SHIFT = 5;

/**
 * Writes percents into a rendered split bar: segment widths, boundary places, texts and slider values. Nothing else
 * writes these, so that a drag needs no render. Boundaries on one spot are spread a little, so that each can be taken.
 */
export function paintSplit(
  root: HTMLElement,
  labels: readonly string[],
  percents: readonly number[],
): void {
  parts(root, 'segment').forEach((segment, index) => {
    segment.style.width = `${percents[index] ?? 0}%`;
  });
  parts(root, 'percent').forEach((text, index) => {
    text.textContent = `${percents[index] ?? 0} %`;
  });
  const spots = percents.slice(0, -1).map((_, index) => boundaryAt(percents, index));
  parts(root, 'boundary').forEach((boundary, index) => {
    const spot = spots[index] ?? 0;
    const together = spots.flatMap((other, at) => (other === spot ? [at] : []));
    const shift = (together.indexOf(index) - (together.length - 1) / 2) * COINCIDENT_SHIFT;
    boundary.style.left = `calc(${spot}% + ${shift}px)`;
    const left = percents[index] ?? 0;
    const right = percents[index + 1] ?? 0;
    boundary.setAttribute('aria-valuenow', String(left));
    boundary.setAttribute('aria-valuemax', String(left + right));
    boundary.setAttribute(
      'aria-valuetext',
      `${labels[index] ?? ''} ${left} percent, ${labels[index + 1] ?? ''} ${right} percent`,
    );
  });
}

function parts(root: HTMLElement, part: string): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(`[data-part="${part}"]`)];
}
