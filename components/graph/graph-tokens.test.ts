import { describe, expect, it } from 'vitest';
import { graphTokens } from '@/components/graph/graph-tokens';

/** Relative luminance of WCAG 2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s colours of the graph', (scheme) => {
  const tokens = graphTokens(scheme);
  const grounds = [tokens.canvas, tokens.surface, tokens.box, tokens.appBox, tokens.label];

  it('let text be read: 4.5 on every ground (WCAG 1.4.3)', () => {
    for (const ground of grounds)
      for (const ink of [tokens.text, tokens.textMuted])
        expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('let edges, borders and locks be seen: 3 on every ground (WCAG 1.4.11)', () => {
    const marks = [tokens.edge, tokens.health, tokens.lock].flatMap((by) => Object.values(by));
    for (const ground of grounds)
      for (const mark of [...marks, tokens.focus])
        expect(contrast(mark, ground)).toBeGreaterThanOrEqual(3);
  });
});
