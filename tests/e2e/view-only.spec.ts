import { expect } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { CANARY } from '@/tests/support/demo-mesh';
import { startScript } from '@/tests/support/demo-run';

test('npm start --read-only shows weights and refuses to change them', async ({
  addresses,
  graphPage,
  page,
}) => {
  const { run, found: url } = await startScript(
    'start.mjs',
    [
      ...['--kubeconfig', addresses.kubeconfig, '--prometheus-url', addresses.prometheusUrl],
      ...['--port', '20190', '--read-only'],
    ],
    (line) => /^Fanari listens at (\S+)/.exec(line)?.[1] ?? null,
  );
  try {
    await page.goto(`${url}/?namespaces=bookinfo&select=split.${CANARY.id}`);
    const field = graphPage.details.getByLabel('Weight of v1 in percent').first();
    await expect(field).toBeDisabled();
    await expect(field).toHaveValue('90');
    await expect(graphPage.details).toContainText(/read-only/i);
  } finally {
    await page.close();
    await run.stop();
  }
});
