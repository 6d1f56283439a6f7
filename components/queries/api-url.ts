/**
 * Address of an endpoint below `/api/v1`, under the base path that the server put on `<html data-base-path>`. Empty and
 * missing parameters are left out.
 */
export function apiUrl(
  path: string,
  parameters: Readonly<Record<string, string | null>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return `${basePath()}/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

/** Path prefix of everything of Fanari in this browser; empty at the root. */
export function basePath(): string {
  if (typeof document === 'undefined') return '';
  return document.documentElement.dataset['basePath'] ?? '';
}
