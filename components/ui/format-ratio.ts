import { UNKNOWN_TEXT } from '@/components/ui/unknown-text';

/**
 * Text of a ratio 0..1 as percent, e.g. `12.5 %`; an em dash when `null`. Never rounds a share that is not whole up to
 * `100 %`, nor one that is not nothing down to `0 %`.
 */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return UNKNOWN_TEXT;
  const percent = ratio * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.01) return '<0.01 %';
  if (percent > 99.95 && percent < 100) return '>99.9 %';
  const digits = percent < 1 ? 2 : 1;
  return `${Number(percent.toFixed(digits))} %`;
}
