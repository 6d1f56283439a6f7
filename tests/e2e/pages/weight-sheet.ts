import type { Locator, Page } from '@playwright/test';

/** The sheet between choosing weights and writing them. */
export class WeightSheet {
  readonly dialog: Locator;
  readonly apply: Locator;
  readonly diff: Locator;
  readonly accepted: Locator;
  readonly conflict: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /new weights|Undo the change/ });
    this.apply = this.dialog.getByRole('button', { name: /^Apply/ });
    this.diff = this.dialog.getByRole('group', { name: 'Change of the YAML' });
    this.accepted = this.dialog.getByText('The API server would accept it');
    this.conflict = this.dialog.getByText('Changed since you looked; nothing was written');
  }
}
