import { useId, useState, type JSX } from 'react';
import classes from '@/components/panels/canary-choice.module.css';
import type { CanaryCandidate, CanaryStart } from '@/mesh/splits/canary';

/** Chooses the API of the route and the first weights. A field without a whole number makes its weight `NaN`. */
export function CanaryChoice(props: {
  readonly candidate: CanaryCandidate;
  readonly start: CanaryStart;
  readonly onChange: (start: CanaryStart) => void;
}): JSX.Element {
  const { candidate, start, onChange } = props;
  const name = useId();
  return (
    <>
      <fieldset className={classes.choice}>
        <legend>Written as</legend>
        {candidate.apis.map(({ api, unavailable }) => (
          <label key={api} data-disabled={unavailable !== null || undefined}>
            <input
              type="radio"
              name={name}
              checked={start.api === api}
              disabled={unavailable !== null}
              onChange={() => onChange({ ...start, api })}
            />
            <span>
              {api}
              <small>{unavailable ?? whatItMakes(candidate, api)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <FirstWeights
        key={start.api}
        start={start}
        onChange={(weights) => onChange({ ...start, weights })}
      />
    </>
  );
}

function whatItMakes(candidate: CanaryCandidate, api: CanaryStart['api']): string {
  if (api === 'VirtualService') {
    return candidate.destinationRule === null
      ? 'Istio’s own API, with subsets in a DestinationRule'
      : `Istio’s own API, with subsets in DestinationRule ${candidate.destinationRule.name}`;
  }
  const made = candidate.versions.filter(({ hasService }) => !hasService).length;
  return made === 0
    ? 'Gateway API, over the Services that each version has'
    : 'Gateway API, with a Service for each version';
}

function FirstWeights(props: {
  readonly start: CanaryStart;
  readonly onChange: (weights: CanaryStart['weights']) => void;
}): JSX.Element {
  const { weights } = props.start;
  const [typed, setTyped] = useState(weights.map(({ weight }) => String(weight)));
  const onType = (index: number, text: string) => {
    const texts = typed.map((one, position) => (position === index ? text : one));
    setTyped(texts);
    props.onChange(weights.map((one, position) => ({ ...one, weight: toWhole(texts[position]) })));
  };
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <fieldset className={classes.weights}>
      <legend>First weights</legend>
      {weights.map(({ version }, index) => (
        <label key={version}>
          <span>{version}</span>
          <input
            type="number"
            inputMode="numeric"
            min={0}
            max={100}
            step={1}
            aria-label={`First weight of ${version} in percent`}
            value={typed[index] ?? ''}
            onChange={(event) => onType(index, event.target.value)}
          />
          <span aria-hidden="true">%</span>
        </label>
      ))}
      <p role="status">
        {total === 100
          ? 'Sum 100 %'
          : Number.isNaN(total)
            ? 'Whole percents from 0 to 100'
            : `Sum ${total} %, must be 100 %`}
      </p>
    </fieldset>
  );
}

function toWhole(text: string | undefined): number {
  return text !== undefined && /^\d{1,3}$/.test(text.trim()) && Number(text) <= 100
    ? Number(text)
    : Number.NaN;
}
