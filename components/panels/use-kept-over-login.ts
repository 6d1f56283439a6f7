import { useEffect, useState, type Dispatch, type SetStateAction } from 'react';
import { keepOverLogin } from '@/components/queries/recover-login';

/**
 * State that is there again when the page had to be left for a login, in this tab only; a reload by hand drops it. `parse`
 * gives `null` for anything that is not such a value. Only for use in the browser, after hydration.
 */
export function useKeptOverLogin<Value>(
  name: string,
  parse: (stored: unknown) => Value | null,
): readonly [Value | null, Dispatch<SetStateAction<Value | null>>] {
  const [value, setValue] = useState<Value | null>(() => read(name, parse));
  useEffect(() => write(name, null), [name]);
  useEffect(() => keepOverLogin(() => write(name, value)), [name, value]);
  return [value, setValue];
}

function read<Value>(name: string, parse: (stored: unknown) => Value | null): Value | null {
  try {
    return parse(JSON.parse(sessionStorage.getItem(name) ?? 'null'));
  } catch {
    return null;
  }
}

function write(name: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Without storage (private mode, full) it ends with the page.
  }
}
