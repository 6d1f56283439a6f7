import { expect, test } from 'vitest';
import { kindCosts } from '@/mesh/doctor/kind-costs';
import { kindKey, watchedKinds } from '@/server/adapters/kubernetes/kinds';

test('the doctor knows what each watched kind is for, and no other', () => {
  expect(Object.keys(kindCosts).sort()).toEqual(watchedKinds.map(kindKey).sort());
});
