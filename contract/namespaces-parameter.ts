import { z } from 'zod';

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Query parameter `namespaces`: comma list, parsed to sorted distinct names. Empty or absent means all namespaces. */
export const namespacesParameter = z
  .string()
  .max(20_000)
  .default('')
  .transform((text, context) => {
    const names = [...new Set(text.split(',').filter((name) => name !== ''))].sort();
    const wrong = names.find((name) => !NAMESPACE.test(name));
    if (wrong === undefined) return names;
    context.addIssue({ code: 'custom', message: 'must be a comma list of namespace names' });
    return z.NEVER;
  })
  .describe('Namespaces wanted, as a comma list, e.g. `bookinfo,shop`; absent or empty: all');
