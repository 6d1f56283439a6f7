const VARINT = 0;
const WITH_LENGTH = 2;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function tag(number: number, wireType: number): Buffer {
  return varint(number * 8 + wireType);
}

/** A nested message; present even when it is empty, for that can mean something. */
export function messageField(number: number, message: Buffer): Buffer {
  return Buffer.concat([tag(number, WITH_LENGTH), varint(message.length), message]);
}

/** A string; the empty one is the default and takes no bytes. */
export function textField(number: number, text: string): Buffer {
  return text === '' ? Buffer.alloc(0) : messageField(number, Buffer.from(text));
}

/** A boolean; false is the default and takes no bytes. */
export function flagField(number: number, flag: boolean): Buffer {
  return flag ? Buffer.concat([tag(number, VARINT), varint(1)]) : Buffer.alloc(0);
}
