import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '@/demo/kubernetes/api-error';
import { decodeProtobuf } from '@/demo/kubernetes/protobuf-decoder';

/** The envelope of `kubectl create namespace foo` (prefix, `apiVersion: v1`, `kind: Namespace`) without its content. */
const ENVELOPE = Buffer.concat([
  Buffer.from('6b3873000a0f0a0276311209', 'hex'),
  Buffer.from('Namespace'),
]);

describe('decodeProtobuf', () => {
  it('reads what kubectl create namespace sends', () => {
    const content = Buffer.from('12070a050a03666f6f', 'hex');
    expect(decodeProtobuf(Buffer.concat([ENVELOPE, content]))).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'foo' },
    });
  });

  it('never fails with anything but a Status, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, prefixed) => {
        const bytes = Buffer.concat([prefixed ? ENVELOPE : Buffer.alloc(0), tail]);
        try {
          decodeProtobuf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }),
    );
  });

  it('refuses kinds that it does not know with 415', () => {
    const body = Buffer.concat([
      Buffer.from('6b3873000a090a0276311203', 'hex'),
      Buffer.from('Pod'),
      Buffer.from('1200', 'hex'),
    ]);
    expect(() => decodeProtobuf(body)).toThrow(expect.objectContaining({ code: 415 }));
  });
});
