/** Position in the text of a regular expression. */
export class PatternReader {
  private position = 0;

  constructor(readonly text: string) {}

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  sees(character: string): boolean {
    return this.text.startsWith(character, this.position);
  }

  accept(characters: string): boolean {
    if (!this.sees(characters)) return false;
    this.position += characters.length;
    return true;
  }

  /** Takes what a sticky expression matches here; `null`, and nothing taken, where it does not match. */
  acceptPattern(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text);
    if (found !== null) this.position += found[0].length;
    return found;
  }

  rest(): string {
    return this.text.slice(this.position);
  }

  /** Takes one code point. Throws at the end. */
  nextCode(): number {
    const code = this.text.codePointAt(this.position);
    if (code === undefined) throw new Error('trailing backslash at end of expression');
    this.position += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Takes one character. Throws at the end. */
  next(): string {
    return String.fromCodePoint(this.nextCode());
  }
}
