import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSettings, settingRows, toEnvironment, type Settings } from '@/server/config';

function settings(argv: readonly string[], env: Record<string, string> = {}): Settings {
  const result = parseSettings(argv, env);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('settings', () => {
  test('with nothing set Fanari listens on loopback only, and may write', () => {
    expect(settings([])).toMatchObject({ host: '127.0.0.1', port: 20010, readOnly: false });
  });

  test('a flag wins over its variable, in both spellings', () => {
    const env = { FANARI_PORT: '1', FANARI_REFRESH: '30s' };
    expect(settings(['--port', '2', '--refresh=1m'], env)).toMatchObject({
      port: 2,
      refreshSeconds: 60,
    });
  });

  test('every fault is named, not only the first', () => {
    const result = parseSettings(['--port', 'many', '--colour', '--jaeger-url'], {
      FANARI_PROMETHEUS_URL: 'localhost:9090',
      FANARI_TYPO: 'x',
    });
    const names = result.ok ? [] : result.error.map(({ setting }) => setting).sort();
    expect(names).toEqual(
      ['--colour', '--jaeger-url', '--port', 'FANARI_PROMETHEUS_URL', 'FANARI_TYPO'].sort(),
    );
  });

  test('a token of one cluster is handed to no other', () => {
    const asked = ['--auth-strategy', 'token', '--contexts', 'a,b'];
    const several = parseSettings(asked, {});
    expect(several.ok ? [] : several.error.map(({ setting }) => setting)).toEqual([
      '--auth-strategy',
    ]);
    expect(parseSettings(['--auth-strategy', 'token', '--contexts', 'a'], {}).ok).toBe(true);
  });

  test('contexts keep their capitals, and one context or several are asked for, not both', () => {
    expect(settings(['--contexts', 'arn:aws:eks:x:cluster/East, west']).contexts).toEqual([
      'arn:aws:eks:x:cluster/East',
      'west',
    ]);
    const both = parseSettings(['--context', 'a', '--contexts', 'a,b'], {});
    expect(both.ok ? [] : both.error.map(({ setting }) => setting)).toEqual(['--contexts']);
    const twice = parseSettings(['--contexts', 'a,a'], {});
    expect(twice.ok).toBe(false);
  });

  test.each(['0.0.0.0', '::', '10.0.0.4', 'fanari.example'])(
    'on %s nobody can write unless that was allowed',
    (host) => {
      expect(settings(['--host', host])).toMatchObject({
        readOnly: true,
        writesRefusedOnPublicAddress: true,
      });
      expect(settings(['--host', host, '--allow-anonymous-writes']).readOnly).toBe(false);
    },
  );

  test('read-only stays read-only even where anonymous writes are allowed', () => {
    expect(settings(['--read-only', '--allow-anonymous-writes']).readOnly).toBe(true);
  });

  test('a link that browsers are sent to has one slash before what follows, and no password', () => {
    const url = 'https://jaeger.example.com/ui/';
    expect(settings(['--jaeger-public-url', url]).jaegerPublicUrl).toBe(url.slice(0, -1));
    for (const wrong of ['javascript:alert(1)', 'https://me:secret@jaeger', 'https://jaeger/?a=b'])
      expect(parseSettings(['--jaeger-public-url', wrong], {}).ok, wrong).toBe(false);
  });

  test('with a login people may write on any address, with their own rights', () => {
    expect(settings(['--host', '0.0.0.0', '--auth-strategy', 'token'])).toMatchObject({
      readOnly: false,
      writesRefusedOnPublicAddress: false,
    });
    expect(settings(['--auth-strategy', 'token', '--read-only']).readOnly).toBe(true);
  });

  test.each([
    [
      ['--auth-strategy', 'openid'],
      ['--oidc-issuer', '--oidc-client-id'],
    ],
    [
      ['--auth-strategy=openid', '--oidc-client-id=f', '--oidc-issuer=http://login.example.org'],
      ['--oidc-issuer'],
    ],
    [
      ['--auth-strategy', 'header'],
      ['--trusted-proxies', '--auth-header-secret-file'],
    ],
    [['--auth-strategy', 'basic'], ['--auth-strategy']],
    [['--trusted-proxies', '10.0.0.0/8,10.0.0.256'], ['--trusted-proxies']],
    [['--trusted-proxies', '10.0.0.0/33'], ['--trusted-proxies']],
    [['--trusted-proxies', 'proxy.example.org'], ['--trusted-proxies']],
    [['--trusted-proxies', '2001:db8::/129'], ['--trusted-proxies']],
    [['--auth-header-user', 'x: y'], ['--auth-header-user']],
    [['--session-idle', '13h'], ['--session-idle']],
    [['--ended-sessions', '../secrets/x'], ['--ended-sessions']],
  ])('%j is not started with', (flags, faulty) => {
    const result = parseSettings(flags, {});
    expect(result.ok ? [] : result.error.map(({ setting }) => setting)).toEqual(faulty);
  });

  test('a provider on this machine may be without TLS, proxies are addresses or blocks', () => {
    const openid = ['--auth-strategy', 'openid', '--oidc-client-id', 'f', '--oidc-issuer'];
    for (const issuer of ['https://login.example.org/a', 'http://127.0.0.1:1', 'http://[::1]:1'])
      expect(settings([...openid, issuer]).oidcIssuer).toBe(issuer);
    const proxies = '10.0.0.1, 10.1.0.0/16,2001:db8::/32,::1';
    expect(settings(['--trusted-proxies', proxies]).trustedProxies).toHaveLength(4);
  });

  test('the demo refreshes faster unless told otherwise', () => {
    expect(settings(['--demo']).refreshSeconds).toBe(5);
    expect(settings(['--demo', '--refresh', '20s']).refreshSeconds).toBe(20);
  });

  test('the pause before a route may be nothing, and is no longer than the end of the process waits', () => {
    expect(settings([]).propagationPauseSeconds).toBe(2);
    expect(settings(['--demo']).propagationPauseSeconds).toBe(0.5);
    expect(settings(['--propagation-pause', '0s']).propagationPauseSeconds).toBe(0);
    expect(parseSettings(['--propagation-pause', '21s'], {}).ok).toBe(false);
  });

  test('settings survive the way through the environment of a child process', () => {
    const before = settings([
      '--host=::1',
      '--prometheus-url=http://u:p@h/x',
      '--allowed-hosts=a,b',
      '--refresh=2.5s',
      '--auth-strategy=header',
      '--trusted-proxies=10.0.0.0/8,::1',
      '--auth-header-secret-file=secret',
      '--oidc-scopes=openid,API',
      '--base-path=/fanari/',
      '--read-only',
    ]);
    expect(settings([], toEnvironment(before))).toEqual(before);
  });
});

test('docs/settings.md shows every setting as the parser has it', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/settings.md'), 'utf8');
  for (const { flag, variable, fallback, meaning } of settingRows) {
    const shown = fallback === null || fallback === '' ? '' : `\`${fallback}\``;
    expect(text.replaceAll(/ +/g, ' ')).toContain(
      `| \`${flag}\` | \`${variable}\` | ${shown === '' ? '' : `${shown} `}| ${meaning} |`,
    );
  }
});
