/** Where a name may break: after a mark, and before the word that so many names of services end in. */
const BREAKS =
  /(?<=[-. /])|(?<=[a-z])(?=[A-Z])|(?=service|gateway|server|manager|controller|worker)/g;

/** Longest line, and longest name that is written in one. */
const LINE_CHARACTERS = 15;
const ONE_LINE_CHARACTERS = 14;

/** Cuts a name in its middle, so that both its start and its version stay. */
export function cutMiddle(name: string, characters: number): string {
  if (name.length <= characters) return name;
  const tail = Math.floor((characters - 1) / 2);
  return `${name.slice(0, characters - 1 - tail)}…${name.slice(name.length - tail)}`;
}

const SHORT_CHARACTERS = 11;

/** A name where there is room for little: without its middle, its version kept. */
export function shortName(name: string): string {
  return cutMiddle(name, SHORT_CHARACTERS);
}

/** Breaks a name into at most two lines near its middle; what is still too long loses its middle. */
export function nameLines(name: string): readonly string[] {
  return name.length <= ONE_LINE_CHARACTERS ? [name] : brokenName(name);
}

/** The same for a name of any length: two lines where it can be broken; a short one that cannot stays as it is. */
export function brokenName(name: string): readonly string[] {
  const middle = name.length / 2;
  const fits = (at: number): boolean =>
    at > 2 && at <= LINE_CHARACTERS && name.length - at <= LINE_CHARACTERS + 1;
  const at = [...name.matchAll(BREAKS)]
    .map((match) => match.index)
    .filter(fits)
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  if (at !== undefined) return [name.slice(0, at).trim(), name.slice(at).trim()];
  if (name.length <= ONE_LINE_CHARACTERS) return [name];
  const cut = cutMiddle(name, 2 * LINE_CHARACTERS - 2);
  const half = Math.ceil(cut.length / 2);
  return [cut.slice(0, half), cut.slice(half)];
}
