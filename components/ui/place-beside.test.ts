import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeBeside } from '@/components/ui/place-beside';

const view = { width: 800, height: 600 };
const size = { width: 200, height: 60 };

describe('placeBeside', () => {
  it('stands above its anchor, and below where there is no room', () => {
    const anchor = { left: 300, top: 200, width: 40, height: 20 };
    expect(placeBeside(anchor, size, view, 'above')).toEqual({ left: 220, top: 134 });
    expect(placeBeside({ ...anchor, top: 10 }, size, view, 'above')).toEqual({
      left: 220,
      top: 36,
    });
  });

  it('never leaves the window', () => {
    const number = fc.integer({ min: 0, max: 780 });
    fc.assert(
      fc.property(number, number, fc.constantFrom('above', 'below', 'left'), (left, top, side) => {
        const at = placeBeside({ left, top, width: 20, height: 20 }, size, view, side);
        return (
          at.left >= 0 &&
          at.top >= 0 &&
          at.left + size.width <= view.width &&
          at.top + size.height <= view.height
        );
      }),
    );
  });
});
