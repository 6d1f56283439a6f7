import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { buildUrlQuery, parseUrlState, type UrlState } from '@/components/shell/url-state';

/** The state of the address, and how to change parts of it. */
export interface UrlStateControl {
  readonly state: UrlState;
  /** Changes the address in place; `record` adds an entry to the history, so that Back undoes it. */
  readonly update: (patch: Partial<UrlState>, record?: boolean) => void;
}

/** Reads and writes the page's state in the address. Nothing is asked of the server when it changes. */
export function useUrlState(): UrlStateControl {
  const parameters = useSearchParams();
  const text = parameters.toString();
  const state = useMemo(() => parseUrlState(new URLSearchParams(text)), [text]);
  const update = useCallback((patch: Partial<UrlState>, record = true) => {
    const present = parseUrlState(new URLSearchParams(window.location.search));
    const query = buildUrlQuery({ ...present, ...patch });
    const address = query === '' ? window.location.pathname : `?${query}`;
    if (record) window.history.pushState(null, '', address);
    else window.history.replaceState(null, '', address);
  }, []);
  return { state, update };
}
