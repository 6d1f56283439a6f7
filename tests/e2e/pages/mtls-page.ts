import { expect, type Page } from '@playwright/test';

/** The page of what is encrypted and what is not. */
export class MtlsPage {
  constructor(readonly page: Page) {}

  /** Opens the page and waits for the report. */
  async open(query = ''): Promise<void> {
    await this.page.goto(`/mtls${query}`);
    await expect(this.page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
  }
}
