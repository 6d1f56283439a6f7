import { describe, expect, test } from 'vitest';
import { toWriteFault } from '@/server/adapters/kubernetes/api-fault';

const words = { what: 'a change of x', forbidden: 'Fanari may not change x' };

function faultOf(status: number, message: string | null) {
  return toWriteFault({ status, body: message === null ? null : { message } }, words);
}

describe('a refused write', () => {
  test('that RBAC refuses is a failure of permission, without the name of the account', () => {
    const message =
      'virtualservices.networking.istio.io "reviews" is forbidden: User "system:serviceaccount:a:b" cannot patch ' +
      'resource "virtualservices" in API group "networking.istio.io" in the namespace "shop"';
    expect(faultOf(403, message)).toMatchObject({
      kind: 'source',
      error: { kind: 'forbidden', message: 'Fanari may not change x' },
    });
  });

  test.each([
    'admission webhook "validation.istio.io" denied the request: configuration is invalid: total destination weight = 0',
    'virtualservices.networking.istio.io "reviews" is forbidden: ValidatingAdmissionPolicy \'steps\' with binding ' +
      "'steps' denied request: no step above 60",
    'services "x" is forbidden: exceeded quota: few, requested: services=1, used: services=5, limited: services=5',
  ])('that admission refuses with 403 is told word for word: %s', (message) => {
    expect(faultOf(403, message)).toEqual({ kind: 'refused', message });
  });

  test('that a proxy refuses without a word of Kubernetes is a failure of permission', () => {
    expect(faultOf(403, null)).toMatchObject({ kind: 'source', error: { kind: 'forbidden' } });
  });

  test('keeps the whole of a long explanation', () => {
    const message = `configuration is invalid: ${'many errors, '.repeat(300)}end`;
    expect(faultOf(422, message)).toEqual({ kind: 'refused', message });
  });
});
