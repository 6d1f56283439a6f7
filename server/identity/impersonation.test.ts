import { describe, expect, test } from 'vitest';
import { toImpersonation } from '@/server/identity/impersonation';
import { toPerson, type ClaimRules } from '@/server/identity/openid/claims';

describe('who may be impersonated', () => {
  test('users with their groups, each once', () => {
    expect(toImpersonation({ user: 'alice', groups: ['ops', 'ops', 'Équipe bleue'] })).toEqual({
      ok: true,
      value: { kind: 'impersonate', user: 'alice', groups: ['ops', 'Équipe bleue'] },
    });
  });

  test.each([
    ['', []],
    ['system:admin', []],
    ['System:admin', []],
    [' system:admin', []],
    ['alice ', []],
    ['\u00a0alice', []],
    ['ali\nce', []],
    ['alice\u0000', []],
    ['alice\u0085', []],
    ['a'.repeat(1_001), []],
    ['alice', ['system:masters']],
    ['alice', ['ops', ' system:masters']],
    ['alice', ['ops\r\nImpersonate-Group: system:masters']],
    ['alice', ['']],
    ['alice', Array.from({ length: 501 }, (_, index) => `g${index}`)],
  ])('not %j in %j', (user, groups) => {
    expect(toImpersonation({ user, groups }).ok).toBe(false);
  });
});

describe('the person of an ID token', () => {
  const rules: ClaimRules = {
    issuer: 'https://login.example.org',
    usernameClaim: 'sub',
    usernamePrefix: null,
    groupsClaim: 'groups',
    groupsPrefix: null,
  };
  const person = (claims: Record<string, unknown>, more: Partial<ClaimRules> = {}) => {
    const named = toPerson(claims, { ...rules, ...more });
    return named.ok ? named.value : null;
  };

  test('is named as the API server would name them', () => {
    const claims = { sub: 'a1', email: 'a@x.org', email_verified: true, groups: ['ops', 'dev'] };
    const groups = ['ops', 'dev'];
    expect(person(claims)).toEqual({ user: 'https://login.example.org#a1', groups });
    expect(person(claims, { usernamePrefix: '-' })).toEqual({ user: 'a1', groups });
    expect(person(claims, { usernamePrefix: 'oidc:' })?.user).toBe('oidc:a1');
    expect(person(claims, { usernameClaim: 'email' })?.user).toBe('a@x.org');
    expect(person(claims, { groupsPrefix: 'oidc:' })?.groups).toEqual(['oidc:ops', 'oidc:dev']);
    expect(person({ sub: 'a1', groups: 'ops' })?.groups).toEqual(['ops']);
    expect(person({ sub: 'a1' })?.groups).toEqual([]);
    expect(person(claims, { groupsClaim: null })?.groups).toEqual([]);
  });

  test.each([
    [{}, {}],
    [{ sub: 1 }, {}],
    [{ sub: '' }, {}],
    [{ email: 'a@x.org', email_verified: false }, { usernameClaim: 'email' }],
    [{ email: 'a@x.org', email_verified: 'yes' }, { usernameClaim: 'email' }],
    [{ sub: 'a', groups: [1] }, {}],
    [{ sub: 'a', groups: { ops: true } }, {}],
  ])('is nobody with %j', (claims, more) => {
    expect(person(claims, more)).toBeNull();
  });

  test('keeps names that Kubernetes keeps for itself from meaning that, with or without prefix', () => {
    const named = person({ sub: 'masters' }, { usernamePrefix: 'system:' });
    expect(named === null || toImpersonation(named).ok).toBe(false);
  });
});
