'use client';

import { useQuery } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { JSX } from 'react';
import { statusQuery } from '@/components/queries/status-query';
import classes from '@/components/shell/controls.module.css';
import { useUrlState } from '@/components/shell/use-url-state';
import { Popup } from '@/components/ui/popup';

/** Picks namespaces; none picked means all. With search, and a click that keeps only one. */
export function NamespaceSelect(): JSX.Element {
  const { state, update } = useUrlState();
  const { data: status } = useQuery(statusQuery());
  const [search, setSearch] = useState('');
  const known = [
    ...new Set([...(status?.namespaces.map(({ name }) => name) ?? []), ...state.namespaces]),
  ].sort();
  const shown = known.filter((name) => name.includes(search.trim().toLowerCase()));
  const toggle = (name: string) => {
    const rest = state.namespaces.filter((picked) => picked !== name);
    update({ namespaces: rest.length < state.namespaces.length ? rest : [...rest, name].sort() });
  };
  return (
    <Popup
      label="Namespaces"
      side="below"
      onClose={() => setSearch('')}
      buttonProps={{ className: classes.picker }}
      button={
        <>
          <span className={classes.pickerLabel}>Namespaces</span>
          {summary(state.namespaces)}
          <IconChevronDown size={14} stroke={1.8} aria-hidden />
        </>
      }
    >
      <input
        className={classes.pickerSearch}
        type="search"
        placeholder="Search"
        aria-label="Search namespaces"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.pickerList}>
        <label>
          <input
            type="checkbox"
            checked={state.namespaces.length === 0}
            onChange={() => update({ namespaces: [] })}
          />
          All namespaces
        </label>
        {shown.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={state.namespaces.includes(name)}
              onChange={() => toggle(name)}
            />
            {name}
          </label>
        ))}
        {shown.length === 0 && <p className={classes.pickerEmpty}>No namespace of that name</p>}
      </div>
    </Popup>
  );
}

function summary(namespaces: readonly string[]): string {
  if (namespaces.length === 0) return 'All';
  if (namespaces.length <= 2) return namespaces.join(', ');
  return `${namespaces.length} chosen`;
}
