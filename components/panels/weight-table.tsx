import type { JSX } from 'react';
import classes from '@/components/panels/weight-sheet.module.css';
import { formatRate } from '@/components/ui/format-rate';
import { predictRates } from '@/mesh/splits/predict-rates';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

/** Before and after per destination, with the rate that each now gets and would get. */
export function WeightTable({
  change,
  split,
}: {
  readonly change: WeightChange;
  readonly split: TrafficSplit | null;
}): JSX.Element {
  const unit =
    split === null || split.protocol === 'http' || split.protocol === 'grpc' ? 'rps' : 'conn/s';
  const wanted = change.wanted.map((weight, index) => weight ?? absentWeight(change, index));
  const predicted = split === null ? [] : predictRates(split, wanted);
  return (
    <table className={classes.weights}>
      <thead>
        <tr>
          <th scope="col">Destination</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
          <th scope="col">Gets now</th>
          <th scope="col">Would get</th>
        </tr>
      </thead>
      <tbody>
        {change.seen.map((seen, index) => {
          const destination = split?.destinations[index];
          return (
            <tr key={`${seen.host} ${seen.subset ?? ''} ${seen.port ?? ''} ${index}`}>
              <td>{destination?.label ?? seen.subset ?? seen.host}</td>
              <td>{seen.weight ?? 'not set'}</td>
              <td>
                <strong>{change.wanted[index] ?? 'not set'}</strong>
              </td>
              <td>{formatRate(destination?.observedPerSecond ?? null, unit)}</td>
              <td>{formatRate(predicted[index] ?? null, unit)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What an absent weight counts: 1 in Gateway API; in Istio 0, which does not matter where it stands alone. */
function absentWeight({ object, wanted }: WeightChange, index: number): number {
  const isLone = wanted.length === 1 && index === 0;
  return object.group === 'gateway.networking.k8s.io' || isLone ? 1 : 0;
}
