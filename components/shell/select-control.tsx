import type { JSX } from 'react';
import classes from '@/components/shell/controls.module.css';

/** A small labelled drop-down of the control bar. A value that is not among the options is shown as one of them. */
export function SelectControl<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const isKnown = props.options.some(({ value }) => value === props.value);
  const options = isKnown
    ? props.options
    : [{ value: props.value, text: props.value }, ...props.options];
  return (
    <label className={classes.field}>
      <span className={classes.fieldLabel}>{props.label}</span>
      <select
        className={classes.select}
        title={props.label}
        value={props.value}
        onChange={({ currentTarget }) => {
          const picked = options.find(({ value }) => value === currentTarget.value);
          if (picked !== undefined) props.onChange(picked.value);
        }}
      >
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
