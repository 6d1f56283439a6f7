import { expect, test } from 'vitest';
import { filterRows, sortRows, type TableColumn } from '@/components/panels/table-rows';

interface Row {
  readonly name: string;
  readonly rps: number | null;
}

const columns: readonly TableColumn<Row>[] = [
  { id: 'name', title: 'Name', isNumber: false, sortValue: ({ name }) => name },
  { id: 'rps', title: 'Rate', isNumber: true, sortValue: ({ rps }) => rps },
];
const rows: readonly Row[] = [
  { name: 'b', rps: null },
  { name: 'a', rps: 2 },
  { name: 'c', rps: 0 },
];
const names = (list: readonly Row[]) => list.map(({ name }) => name).join('');

test('what is not measured is last, sorted up or down, and never sorts as zero', () => {
  expect(names(sortRows(rows, columns, { column: 'rps', isDescending: false }))).toBe('cab');
  expect(names(sortRows(rows, columns, { column: 'rps', isDescending: true }))).toBe('acb');
});

test('an unknown column leaves the order alone', () => {
  expect(sortRows(rows, columns, { column: 'x', isDescending: false })).toBe(rows);
});

test('every word must occur somewhere, in any case and order', () => {
  const text = ({ name }: Row) => `${name} Reviews bookinfo`;
  expect(names(filterRows(rows, 'BOOK rev', text))).toBe('bac');
  expect(names(filterRows(rows, 'c  reviews', text))).toBe('c');
  expect(names(filterRows(rows, 'ratings', text))).toBe('');
});
