import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as sendRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { expectAccessible } from '@/tests/e2e/fixtures/expect-accessible';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { CANARY } from '@/tests/support/demo-mesh';
import { startScript, type DemoAddresses } from '@/tests/support/demo-run';
import { JudgingApi, type JudgeOptions } from '@/tests/support/judging-api';
import { OidcProvider } from '@/tests/support/oidc-provider';

const PORT = 20_191;
const URL_OF = `http://127.0.0.1:${PORT}`;
const SECRET = 'proxy-secret-0123456789';
const ALICE = { user: 'alice', groups: ['ops'] };

/** Fanari with a login, on an API server that asks who calls; stopped whatever happens. */
async function withFanari(
  { page, addresses }: { readonly page: Page; readonly addresses: DemoAddresses },
  judging: JudgeOptions,
  flags: readonly string[],
  look: (judge: JudgingApi) => Promise<void>,
): Promise<void> {
  const judge = await JudgingApi.start(addresses.kubernetesUrl, judging);
  const { run } = await startScript(
    'start.mjs',
    [
      ...['--kubeconfig', judge.kubeconfig, '--prometheus-url', addresses.prometheusUrl],
      ...['--port', String(PORT), ...flags],
    ],
    (line) => (line.startsWith('Fanari listens at') ? line : null),
  );
  try {
    await expect.poll(async () => (await fetch(`${URL_OF}/readyz`)).status).toBe(200);
    await look(judge);
  } finally {
    // An open page would go on asking.
    await page.close();
    await run.stop();
    judge.close();
  }
}

async function typeToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const menu = (page: Page) => page.getByRole('button', { name: /^Your login/ });

test('with a token: in, out, and back to where one was, with the change that was being reviewed', async ({
  addresses,
  page,
  graphPage,
  guard,
}) => {
  // A browser says in its console that a token was refused.
  guard.tolerate(/401 \(Unauthorized\)/);
  await withFanari(
    { page, addresses },
    { tokens: { good: ALICE } },
    ['--auth-strategy', 'token'],
    async () => {
      await page.goto(`${URL_OF}/?namespaces=bookinfo&select=split.${CANARY.id}`);
      await expect(page).toHaveURL(/\/login\?returnTo=/);
      await expectAccessible(page);
      await typeToken(page, 'wrong');
      await expect(page.getByText('does not accept this token')).toBeVisible();
      await typeToken(page, 'good');
      await expect(page).toHaveURL(/namespaces=bookinfo/);
      await expect(menu(page)).toHaveAccessibleName('Your login: alice');
      const field = graphPage.details.getByLabel('Weight of v1 in percent').first();
      await field.fill('70');
      await graphPage.details.getByLabel('Weight of v2 in percent').first().fill('30');
      await graphPage.details
        .getByRole('button', { name: /Review/ })
        .first()
        .click();
      await expect(page.getByRole('dialog', { name: 'Review the new weights' })).toBeVisible();
      // The session is gone: the next answers lead to the login, and a new one back to the review.
      await page.context().clearCookies();
      await expect(page).toHaveURL(/\/login/, { timeout: 30_000 });
      await typeToken(page, 'good');
      await expect(page.getByRole('dialog', { name: 'Review the new weights' })).toBeVisible();
      await page.keyboard.press('Escape');
      await menu(page).click();
      await expectAccessible(page, '[role=dialog]');
      await page.getByRole('button', { name: 'Log out' }).click();
      await expect(page).toHaveURL(`${URL_OF}/login`);
      expect(await page.context().cookies()).toEqual([]);
      expect(
        await page.evaluate(() => [sessionStorage.length, JSON.stringify(localStorage)]),
      ).toEqual([0, expect.not.stringContaining('good')]);
      await page.goto(URL_OF);
      await expect(page).toHaveURL(/\/login/);
    },
  );
});

test('at an OpenID provider: there and back, and out at both', async ({
  addresses,
  page,
  guard,
}) => {
  // The pages of the provider are not Fanari's.
  guard.tolerate(/fonts\.googleapis\.com|favicon\.ico/);
  const provider = await OidcProvider.start({
    users: [{ name: 'alice', groups: ['ops'] }],
    clients: [
      {
        id: 'fanari',
        secret: null,
        redirectUris: [`${URL_OF}/api/v1/session/openid/callback`],
        postLogoutRedirectUris: [`${URL_OF}/login`],
      },
    ],
  });
  const { issuer } = provider;
  const trusts = { issuer, clientId: 'fanari' };
  const flags = [
    ...['--auth-strategy', 'openid', '--oidc-issuer', issuer, '--oidc-client-id', 'fanari'],
    ...['--oidc-scopes', 'openid,groups'],
  ];
  try {
    await withFanari({ page, addresses }, { trusts }, flags, async (judge) => {
      await page.goto(`${URL_OF}/mtls?window=5m`);
      await page.getByRole('link', { name: 'Log in' }).click();
      expect(page.url().startsWith(issuer)).toBe(true);
      await page.getByRole('button', { name: 'alice' }).click();
      await expect(page).toHaveURL(`${URL_OF}/mtls?window=5m`);
      await expect(menu(page)).toHaveAccessibleName('Your login: alice');
      expect(judge.takeCalls().some(({ as }) => as?.user === 'alice')).toBe(true);
      await menu(page).click();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.waitForURL((url) => url.origin === issuer);
      expect(page.url()).not.toContain('id_token');
      const cookies = await page.context().cookies(URL_OF);
      expect(cookies.filter(({ name }) => name.startsWith('fanari'))).toEqual([]);
    });
  } finally {
    await provider.close();
  }
});

/** A reverse proxy that says that everybody is alice. */
async function startProxy(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((incoming, response) => {
    const headers = {
      ...incoming.headers,
      'x-forwarded-user': 'alice',
      'x-forwarded-groups': 'ops,dev',
      'x-fanari-proxy-secret': SECRET,
    };
    const options = { port: PORT, method: incoming.method, path: incoming.url, headers };
    const onward = sendRequest({ host: '127.0.0.1', ...options }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('by a proxy: its word counts, and without it there is no way in', async ({
  addresses,
  page,
  guard,
}) => {
  guard.tolerate(/401 \(Unauthorized\)/);
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  writeFileSync(join(folder, 'secret'), SECRET);
  const proxy = await startProxy();
  const flags = [
    ...['--auth-strategy', 'header', '--trusted-proxies', '127.0.0.1'],
    ...['--auth-header-secret-file', join(folder, 'secret')],
  ];
  try {
    await withFanari({ page, addresses }, {}, flags, async (judge) => {
      await page.goto(proxy.url);
      await expect(menu(page)).toHaveAccessibleName('Your login: alice');
      await menu(page).click();
      await expect(page.getByRole('dialog', { name: 'Your login' })).toContainText('dev');
      await expect(page.getByRole('button', { name: 'Log out' })).toHaveCount(0);
      const asAlice = judge.takeCalls().filter(({ isImpersonated }) => isImpersonated);
      expect(asAlice[0]?.as).toEqual({ user: 'alice', groups: ['ops', 'dev'] });
      await page.goto(URL_OF);
      await expect(page).toHaveURL(/\/login/);
      await expect(page.getByText('it did not say who you are')).toBeVisible();
    });
  } finally {
    proxy.server.close();
    proxy.server.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
});
