import { DIMMED_OPACITY, HOVER_OPACITY } from '@/components/graph/stylesheet';

/** Opacity, 0..1, of what is drawn over an element: that of the element itself. */
export function opacityOf(element: { readonly hasClass: (name: string) => boolean }): number {
  if (element.hasClass('dimmed-by-hover')) return HOVER_OPACITY;
  return element.hasClass('dimmed') ? DIMMED_OPACITY : 1;
}
