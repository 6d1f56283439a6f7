import { useMergedRef, useWindowEvent } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { JSX, RefObject } from 'react';

/**
 * A search field whose text is kept elsewhere, in the address say, and may come back late: what is being typed stands,
 * and the caret with it, while a text that was not typed here (Back, a link) replaces it.
 */
export function SearchField(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly className: string | undefined;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Says what is wrong with the text; `null`: nothing. */
  readonly fault?: string | null;
  readonly maxLength: number;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
}): JSX.Element {
  const { value, fault = null } = props;
  const input = useRef<HTMLInputElement>(null);
  const merged = useMergedRef(input, props.inputRef);
  const underWay = useRef<string[]>([]);
  useEffect(() => {
    const at = underWay.current.indexOf(value);
    if (at !== -1) underWay.current.splice(0, at + 1);
    else if (input.current !== null && input.current.value !== value) input.current.value = value;
  }, [value]);
  // Back may come before the text that was typed did: `value` is then what it was before, and nothing else says so.
  useWindowEvent('popstate', () => {
    underWay.current = [];
    if (input.current !== null) input.current.value = value;
  });
  return (
    <input
      ref={merged}
      className={props.className}
      type="search"
      placeholder={props.placeholder}
      aria-label={props.label}
      maxLength={props.maxLength}
      {...(fault !== null && { 'aria-invalid': true, title: fault })}
      defaultValue={value}
      onChange={(event) => {
        underWay.current.push(event.currentTarget.value);
        props.onChange(event.currentTarget.value);
      }}
      onBlur={() => {
        underWay.current = [];
      }}
    />
  );
}
