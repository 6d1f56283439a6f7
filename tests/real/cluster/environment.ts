/** A variable that `npm run test:real` sets. Throws, saying so, without it. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this by npm run test:real`);
  return value;
}
