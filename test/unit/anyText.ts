import * as fc from 'fast-check';

const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10_ffff }),
);

/** Any well-formed text, control characters and quotes included. fast-check's own `binary` takes a second to set up. */
export function anyText(constraints: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.array(codePoint, { maxLength: 30, ...constraints }).map((points) => String.fromCodePoint(...points));
}
