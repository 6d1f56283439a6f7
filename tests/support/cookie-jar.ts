/** The cookies of a browser at one address, as `Set-Cookie` lines make them. */
export class CookieJar {
  private readonly cookies = new Map<string, string>();

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ');
      const cut = pair.indexOf('=');
      const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (isGone) this.cookies.delete(pair.slice(0, cut));
      else this.cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
  }

  set(name: string, value: string): void {
    this.cookies.set(name, value);
  }

  get names(): readonly string[] {
    return [...this.cookies.keys()];
  }

  valueOf(name: string): string {
    return this.cookies.get(name) ?? '';
  }

  /** As a request carries them. */
  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
