import { expect, type Locator, type Page } from '@playwright/test';
import { WeightSheet } from '@/tests/e2e/pages/weight-sheet';

/** The page of the service graph. */
export class GraphPage {
  readonly drawing: Locator;
  readonly particles: Locator;
  readonly details: Locator;
  readonly settings: Locator;
  readonly gaps: Locator;
  readonly written: Locator;
  readonly sheet: WeightSheet;

  constructor(readonly page: Page) {
    this.drawing = page.getByRole('application', { name: /^Service graph/ });
    this.particles = this.drawing.locator('> canvas').first();
    this.details = page.getByLabel('Details', { exact: true });
    this.settings = page.getByRole('toolbar', { name: 'Graph settings' });
    this.gaps = page.getByLabel('Missing data');
    this.written = page.getByLabel('Weights written');
    this.sheet = new WeightSheet(page);
  }

  /** Opens the page with a query string and waits until the graph is drawn or tabulated. */
  async open(query = ''): Promise<void> {
    await this.page.goto(`/${query}`);
    const table = this.page.getByRole('region', { name: 'Nodes', exact: true });
    await expect(this.drawing.or(table).first()).toBeVisible();
  }

  /** Nodes and edges that the drawing says it shows. */
  async counts(): Promise<{ readonly nodes: number; readonly edges: number }> {
    const name = (await this.drawing.getAttribute('aria-label')) ?? '';
    const [nodes = 0, edges = 0] = [...name.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    return { nodes, edges };
  }

  /** The handle of one split on the drawing, opened where the picture is too small to show it. */
  async handle(splitId: string): Promise<Locator> {
    const handle = this.page.getByTestId(`split-${splitId}`);
    const chip = handle.locator('xpath=..').getByRole('button', { name: /^Open the traffic/ });
    // Until the first layout neither is shown; which of the two follows depends on the zoom that fits.
    await expect(handle.or(chip).filter({ visible: true })).toHaveCount(1);
    if (await chip.isVisible()) await chip.click();
    await expect(handle).toBeVisible();
    return handle;
  }

  /** Drags the first boundary of a split to a percentage with the pointer; the button stays down until `release`. */
  async grab(control: Locator, percent: number): Promise<{ release(): Promise<void> }> {
    const slider = control.getByRole('slider').first();
    // Waits until the handle stands still and nothing covers it: the picture may still be arranging itself.
    await slider.hover();
    const bar = await control.locator('[data-part="bar"]').boundingBox();
    const knob = await slider.boundingBox();
    if (bar === null || knob === null) throw new Error('the handle is not drawn');
    const { mouse } = this.page;
    const y = bar.y + bar.height / 2;
    const to = bar.x + (bar.width * percent) / 100;
    await mouse.move(knob.x + knob.width / 2, y);
    await mouse.down();
    await mouse.move(to, y, { steps: 8 });
    // The bar is little more than a hundred pixels wide and may have moved a little since it was measured.
    const last = Number(await slider.getAttribute('aria-valuenow'));
    if (last !== percent) await mouse.move(to + (bar.width * (percent - last)) / 100, y);
    return { release: () => mouse.up() };
  }
}
