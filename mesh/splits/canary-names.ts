/** `value` as part of a name: lower case, digits and hyphens. Never empty. */
export function slug(value: string): string {
  const plain = value
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'version' : plain;
}

/** `wanted`, else `wanted-canary`; `null` when both are taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string | null {
  return [wanted, `${wanted}-canary`].find((name) => !taken.has(name)) ?? null;
}

/** `wanted`, else the first of `wanted-2`, `wanted-3` … that is not taken. */
export function numberedName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
  return name;
}

/** Orders as people count: `v2` before `v10`. Independent of locale. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (const [position, part] of left.entries()) {
    const other = right[position];
    if (other === undefined) return 1;
    const isNumber = /^\d/.test(part) && /^\d/.test(other);
    const order = isNumber
      ? Number(part) - Number(other)
      : part < other
        ? -1
        : part > other
          ? 1
          : 0;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
