import { useEffect, useState, type Dispatch, type SetStateAction } from 'react';

/**
 * State that outlives a reload of the page, in this tab only. `parse` gives `null` for anything that is not such a value,
 * e.g. what an older version left; `empty` is used then. Only for use in the browser, after hydration.
 */
export function useSessionState<Value>(
  name: string,
  empty: Value,
  parse: (stored: unknown) => Value | null,
): readonly [Value, Dispatch<SetStateAction<Value>>] {
  const [value, setValue] = useState<Value>(() => read(name, parse) ?? empty);
  useEffect(() => {
    try {
      sessionStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Without storage (private mode, full) it lives as long as the page.
    }
  }, [name, value]);
  return [value, setValue];
}

function read<Value>(name: string, parse: (stored: unknown) => Value | null): Value | null {
  try {
    return parse(JSON.parse(sessionStorage.getItem(name) ?? 'null'));
  } catch {
    return null;
  }
}
