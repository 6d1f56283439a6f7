import { buildUrlQuery, DEFAULT_URL_STATE, type UrlState } from '@/components/shell/url-state';

/** The part of the state that follows the user from page to page, as `?…`, or empty. */
export function scopeQuery(state: UrlState): string {
  const { namespaces, window, paused } = state;
  const query = buildUrlQuery({ ...DEFAULT_URL_STATE, namespaces, window, paused });
  return query === '' ? '' : `?${query}`;
}
