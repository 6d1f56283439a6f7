/** Any value that JSON can hold. Specs of custom resources are kept in this form, so that nothing unknown is lost. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object; a missing key is `undefined` when read. */
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** One operation of a JSON patch (RFC 6902), restricted to what Fanari sends. `path` is a JSON pointer. */
export type JsonPatchOperation =
  | { readonly op: 'test' | 'replace' | 'add'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string };
