import type { JSX } from 'react';
import { predictedPerSecond } from '@/components/panels/weight-change';
import classes from '@/components/panels/weight-sheet.module.css';
import { formatRate } from '@/components/ui/format-rate';
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
          const predicted = split === null ? null : predictedPerSecond(split, change.wanted, index);
          return (
            <tr key={`${seen.host} ${seen.subset ?? ''} ${seen.port ?? ''} ${index}`}>
              <td>{destination?.label ?? seen.subset ?? seen.host}</td>
              <td>{seen.weight ?? 'not set'}</td>
              <td>
                <strong>{change.wanted[index] ?? 'not set'}</strong>
              </td>
              <td>{formatRate(destination?.observedPerSecond ?? null, unit)}</td>
              <td>{formatRate(predicted, unit)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
