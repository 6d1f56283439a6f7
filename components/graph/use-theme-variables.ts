'use client';

import { useLayoutEffect, type RefObject } from 'react';
import { graphTokens } from '@/components/graph/graph-tokens';

/**
 * Gives the colours of the drawing to the HTML on it as custom properties (`--graph-surface`, `--graph-destination-0`…),
 * so that both come from one table. Set by script, because a strict policy refuses style attributes in markup.
 */
export function useThemeVariables(
  root: RefObject<HTMLElement | null>,
  scheme: 'light' | 'dark',
): void {
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null) return;
    const tokens = graphTokens(scheme);
    const set = (name: string, value: string): void =>
      element.style.setProperty(`--graph-${name}`, value);
    set('canvas', tokens.canvas);
    set('surface', tokens.surface);
    set('box', tokens.box);
    set('box-border', tokens.boxBorder);
    set('text', tokens.text);
    set('text-muted', tokens.textMuted);
    set('hairline', tokens.hairline);
    set('focus', tokens.focus);
    for (const [status, colour] of Object.entries(tokens.health)) set(status, colour);
    for (const [verdict, colour] of Object.entries(tokens.lock)) set(`lock-${verdict}`, colour);
    tokens.destinations.forEach((colour, index) => set(`destination-${index}`, colour));
  }, [root, scheme]);
}
