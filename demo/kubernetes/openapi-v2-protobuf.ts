import { arrayOf, isObject, objectOf, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import { openApiV2Document } from '@/demo/kubernetes/openapi-v2';
import { flagField, messageField, textField } from '@/demo/kubernetes/protobuf-writer';

/*
 * Field numbers of gnostic's OpenAPIv2.proto. Maps are lists of named values there, and values of any type are YAML text,
 * of which JSON is a part.
 */

function anyValue(value: unknown): Buffer {
  return textField(2, JSON.stringify(value));
}

function named(name: string, value: Buffer): Buffer {
  return Buffer.concat([textField(1, name), messageField(2, value)]);
}

function extensions(number: number, value: JsonObject): readonly Buffer[] {
  return Object.entries(value)
    .filter(([key]) => key.startsWith('x-'))
    .map(([key, extension]) => messageField(number, named(key, anyValue(extension))));
}

function texts(number: number, values: unknown): readonly Buffer[] {
  return arrayOf(values).map((value) => textField(number, stringOf(value)));
}

function optional(number: number, value: unknown, encode: (value: JsonObject) => Buffer): Buffer {
  return isObject(value) ? messageField(number, encode(value)) : Buffer.alloc(0);
}

function encodeNamedSchemas(schemas: JsonObject): Buffer {
  const entries = Object.entries(schemas).map(([name, schema]) =>
    messageField(1, named(name, encodeSchema(objectOf(schema)))),
  );
  return Buffer.concat(entries);
}

function encodeSchema(schema: JsonObject): Buffer {
  const wrapped = (value: JsonObject) => messageField(1, encodeSchema(value));
  return Buffer.concat([
    textField(1, stringOf(schema['$ref'])),
    textField(2, stringOf(schema['format'])),
    textField(4, stringOf(schema['description'])),
    ...texts(19, schema['required']),
    ...arrayOf(schema['enum']).map((value) => messageField(20, anyValue(value))),
    optional(21, schema['additionalProperties'], wrapped),
    ...(stringOf(schema['type']) === ''
      ? []
      : [messageField(22, textField(1, stringOf(schema['type'])))]),
    optional(23, schema['items'], wrapped),
    optional(25, schema['properties'], encodeNamedSchemas),
    ...extensions(31, schema),
  ]);
}

function encodeParameter(parameter: JsonObject): Buffer {
  const query = Buffer.concat([
    textField(2, stringOf(parameter['in'])),
    textField(4, stringOf(parameter['name'])),
    textField(6, stringOf(parameter['type'])),
    flagField(20, parameter['uniqueItems'] === true),
  ]);
  return messageField(1, messageField(2, messageField(3, query)));
}

function encodeResponses(responses: JsonObject): Buffer {
  const entries = Object.entries(responses).map(([code, response]) => {
    const description = textField(1, stringOf(objectOf(response)['description']));
    return messageField(1, named(code, messageField(1, description)));
  });
  return Buffer.concat(entries);
}

function encodeOperation(operation: JsonObject): Buffer {
  return Buffer.concat([
    ...texts(6, operation['produces']),
    ...texts(7, operation['consumes']),
    ...arrayOf(operation['parameters']).map((parameter) =>
      messageField(8, encodeParameter(objectOf(parameter))),
    ),
    optional(9, operation['responses'], encodeResponses),
    ...extensions(13, operation),
  ]);
}

function encodePathItem(item: JsonObject): Buffer {
  return Buffer.concat([
    optional(2, item['get'], encodeOperation),
    optional(3, item['put'], encodeOperation),
    optional(4, item['post'], encodeOperation),
    optional(5, item['delete'], encodeOperation),
    optional(8, item['patch'], encodeOperation),
  ]);
}

function encodePaths(paths: JsonObject): Buffer {
  const entries = Object.entries(paths).map(([path, item]) =>
    messageField(2, named(path, encodePathItem(objectOf(item)))),
  );
  return Buffer.concat(entries);
}

function encodeDocument(document: JsonObject): Buffer {
  const info = objectOf(document['info']);
  return Buffer.concat([
    textField(1, stringOf(document['swagger'])),
    messageField(
      2,
      Buffer.concat([
        textField(1, stringOf(info['title'])),
        textField(2, stringOf(info['version'])),
      ]),
    ),
    optional(8, document['paths'], encodePaths),
    optional(9, document['definitions'], encodeNamedSchemas),
  ]);
}

let encoded: Promise<Buffer> | null = null;

/** {@link openApiV2Document} in the protobuf form that Go clients ask for; encoded once per process. */
export function openApiV2Protobuf(): Promise<Buffer> {
  encoded ??= openApiV2Document().then(encodeDocument);
  return encoded;
}
