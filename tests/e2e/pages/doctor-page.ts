import { expect, type Locator, type Page } from '@playwright/test';

/** The page of the doctor. */
export class DoctorPage {
  readonly settings: Locator;

  constructor(readonly page: Page) {
    this.settings = page.getByRole('toolbar', { name: 'Doctor settings' });
  }

  /** Opens the page and waits until the findings are there. */
  async open(query = ''): Promise<void> {
    await this.page.goto(`/doctor${query}`);
    await expect(this.page.getByRole('heading', { level: 3 }).first()).toBeVisible();
  }

  /** The findings of one rule. */
  findings(rule: string): Locator {
    return this.page.locator(`[data-rule="${rule}"]`);
  }
}
