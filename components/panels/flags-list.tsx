import type { JSX } from 'react';
import { envoyFlag } from '@/components/panels/envoy-flag';
import classes from '@/components/panels/panel.module.css';
import { Tip } from '@/components/ui/tip';
import { formatRate } from '@/components/ui/format-rate';
import type { FlagRate } from '@/mesh/graph/graph';

/** Envoy's response flags in plain words, most frequent first; draws nothing without flags. */
export function FlagsList({
  flags,
  from,
}: {
  readonly flags: readonly FlagRate[];
  readonly from: string;
}): JSX.Element | null {
  if (flags.length === 0) return null;
  const sorted = [...flags].sort((a, b) => b.rps - a.rps);
  return (
    <table className={classes.table} style={{ marginTop: 12 }}>
      <thead>
        <tr>
          <th scope="col">
            <Tip label={from}>
              <button type="button" className={classes.hint}>
                Envoy says
              </button>
            </Tip>
          </th>
          <th scope="col" className={classes.number}>
            Rate
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ flag, rps }) => {
          const { name, meaning } = envoyFlag(flag);
          return (
            <tr key={flag}>
              <td>
                <strong>{name}</strong> <span className={classes.mono}>{flag}</span>
                <span className={classes.reason}>{meaning}</span>
              </td>
              <td className={classes.number}>{formatRate(rps)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
