import { badRequest, unsupportedMediaType } from '@/demo/kubernetes/api-error';
import { objectOf, setKey } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { messageOf } from '@/demo/kubernetes/protobuf-messages';
import type { ProtobufField, ProtobufMessage } from '@/demo/kubernetes/protobuf-messages';

const MAGIC = 'k8s\u0000';
const JSON_TYPES = ['application/json', 'application/yaml'];

interface RawField {
  readonly number: number;
  /** A number for varints, the bytes for everything with a length. */
  readonly value: number | Buffer;
}

function readVarint(bytes: Buffer, start: number): readonly [number, number] {
  let value = 0;
  let scale = 1;
  for (let at = start; at < bytes.length && at < start + 10; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
    scale *= 128;
  }
  throw badRequest('error decoding the protobuf body: unexpected end');
}

function readFields(bytes: Buffer): readonly RawField[] {
  const fields: RawField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [tag, afterTag] = readVarint(bytes, at);
    const [value, afterValue] = readVarint(bytes, afterTag);
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) {
      fields.push({ number, value });
      at = afterValue;
    } else if (tag % 8 === 2 && afterValue + value <= bytes.length) {
      fields.push({ number, value: bytes.subarray(afterValue, afterValue + value) });
      at = afterValue + value;
    } else throw badRequest('error decoding the protobuf body: illegal field');
  }
  return fields;
}

function textOf(value: number | Buffer): string {
  return typeof value === 'number' ? String(value) : value.toString('utf8');
}

function bytesOf(value: number | Buffer): Buffer {
  if (typeof value === 'number')
    throw badRequest('error decoding the protobuf body: wrong wire type');
  return value;
}

function isEmpty(value: number | Buffer): boolean {
  if (typeof value === 'number') return value === 0;
  if (value.length === 0) return true;
  try {
    return readFields(value).every((field) => isEmpty(field.value));
  } catch {
    return false;
  }
}

/** One entry of a map; bytes become base64, as in JSON. */
function mapEntry(value: number | Buffer, hasBytes: boolean): readonly [string, string] {
  const fields = readFields(bytesOf(value));
  const part = (number: number) =>
    fields.find((field) => field.number === number)?.value ?? Buffer.alloc(0);
  const text = hasBytes ? bytesOf(part(2)).toString('base64') : textOf(part(2));
  return [textOf(part(1)), text];
}

function intOrString(value: number | Buffer): number | string {
  const fields = readFields(bytesOf(value));
  const part = (number: number) => fields.find((field) => field.number === number)?.value ?? 0;
  return part(1) === 1 ? textOf(part(3)) : Number(part(2));
}

function append(target: JsonObject, name: string, item: unknown): void {
  const present = target[name];
  target[name] = [...(Array.isArray(present) ? (present as unknown[]) : []), item];
}

function decodeField(target: JsonObject, field: ProtobufField, value: number | Buffer): void {
  if (field.kind === 'message' || field.kind === 'messages') {
    const decoded = decodeMessage(messageOf(field.message) ?? {}, bytesOf(value));
    if (field.kind === 'messages') append(target, field.name, decoded);
    else target[field.name] = decoded;
  } else if (field.kind === 'map' || field.kind === 'bytesMap') {
    const entries: JsonObject = { ...objectOf(target[field.name]) };
    setKey(entries, ...mapEntry(value, field.kind === 'bytesMap'));
    target[field.name] = entries;
  } else if (field.kind === 'texts') append(target, field.name, textOf(value));
  else if (isEmpty(value)) return;
  else if (field.kind === 'intOrString') target[field.name] = intOrString(value);
  else if (field.kind === 'text') target[field.name] = textOf(value);
  else target[field.name] = field.kind === 'flag' ? value === 1 : Number(value);
}

function decodeMessage(message: ProtobufMessage, bytes: Buffer): JsonObject {
  const target: JsonObject = {};
  for (const { number, value } of readFields(bytes)) {
    const field = message[number];
    if (field !== undefined) decodeField(target, field, value);
    else if (!isEmpty(value)) throw unsupportedMediaType(JSON_TYPES);
  }
  return target;
}

/**
 * Decodes the protobuf envelope that kubectl uses for a few built-in kinds. Throws 415 for kinds and fields that are not
 * known here (clients then have to send JSON), 400 for bytes that are not protobuf.
 */
export function decodeProtobuf(bytes: Buffer): JsonObject {
  if (bytes.subarray(0, 4).toString('latin1') !== MAGIC) {
    throw badRequest('error decoding the protobuf body: the k8s prefix is missing');
  }
  const envelope = readFields(bytes.subarray(4));
  const part = (number: number) => envelope.find((field) => field.number === number)?.value;
  const identity = readFields(bytesOf(part(1) ?? Buffer.alloc(0)));
  const [apiVersion = '', kind = ''] = [1, 2].map((number) =>
    textOf(identity.find((field) => field.number === number)?.value ?? Buffer.alloc(0)),
  );
  const message = messageOf(kind);
  if (message === null) throw unsupportedMediaType(JSON_TYPES);
  return { apiVersion, kind, ...decodeMessage(message, bytesOf(part(2) ?? Buffer.alloc(0))) };
}
