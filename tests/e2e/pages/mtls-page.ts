import { expect, type Locator, type Page } from '@playwright/test';

/** The page of what is encrypted and what is not. */
export class MtlsPage {
  readonly edges: Locator;
  readonly matrix: Locator;

  constructor(readonly page: Page) {
    this.edges = page.getByRole('region', { name: 'Edges', exact: true });
    this.matrix = page.getByRole('grid', { name: 'mTLS from namespace to namespace' });
  }

  /** Opens the page and waits for the report. */
  async open(query = ''): Promise<void> {
    await this.page.goto(`/mtls${query}`);
    await expect(this.page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
  }

  /** Rows of the list that are shown, without the heading. */
  get rows(): Locator {
    return this.edges.getByRole('table').locator('tbody tr');
  }

  /** The switch of a verdict above the list. */
  verdict(word: string): Locator {
    return this.edges.getByRole('button', { name: new RegExp(`^${word} \\d+$`) });
  }
}
