'use client';

import { useState, type SubmitEvent, type JSX } from 'react';
import styles from '@/components/graph/split/split-control.module.css';

interface SplitFieldsProps {
  readonly labels: readonly string[];
  readonly percents: readonly number[];
  readonly disabled: boolean;
  readonly onChosen: (wanted: readonly number[]) => void;
}

/** One numeric field per destination. Nothing is changed behind the user's back: it can be sent when the sum is 100. */
export function SplitFields(props: SplitFieldsProps): JSX.Element {
  const [typed, setTyped] = useState<readonly (string | null)[]>([]);
  const values = props.percents.map((percent, index) => typed[index] ?? String(percent));
  const wanted = values.map(toWhole);
  const sum = wanted.reduce<number | null>(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  );
  const isChanged = wanted.some((value, index) => value !== props.percents[index]);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const whole = wanted.flatMap((value) => value ?? []);
    if (sum !== 100 || !isChanged || whole.length !== wanted.length) return;
    setTyped([]);
    props.onChosen(whole);
  };
  return (
    <form className={styles['fields']} onSubmit={onSubmit} noValidate>
      {props.labels.map((label, index) => (
        <label key={`${index}-${label}`} className={styles['field']}>
          <span className={styles['swatch']} data-hue={index % 6} aria-hidden="true" />
          <span className={styles['fieldName']}>{label}</span>
          <input
            type="number"
            inputMode="numeric"
            min={0}
            max={100}
            step={1}
            disabled={props.disabled}
            aria-label={`Weight of ${label} in percent`}
            aria-invalid={wanted[index] === null}
            value={values[index] ?? ''}
            onChange={(event) =>
              setTyped(values.map((value, at) => (at === index ? event.target.value : value)))
            }
          />
          <span aria-hidden="true">%</span>
        </label>
      ))}
      <div className={styles['fieldsEnd']}>
        <span className={styles['sum']} role="status" data-ok={sum === 100}>
          {sum === null
            ? 'Whole percents from 0 to 100'
            : sum === 100
              ? 'Sum 100 %'
              : `Sum ${sum} %, must be 100 %`}
        </span>
        {isChanged && (
          <button type="button" className={styles['quiet']} onClick={() => setTyped([])}>
            Reset
          </button>
        )}
        <button
          type="submit"
          className={styles['send']}
          disabled={props.disabled || sum !== 100 || !isChanged}
        >
          Review change
        </button>
      </div>
    </form>
  );
}

function toWhole(text: string): number | null {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) <= 100 ? Number(text) : null;
}
