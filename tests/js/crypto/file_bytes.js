// The bytes of a file of the vectors: none of them is zero.
export function plain(size) {
  return Uint8Array.from({ length: size }, (_, at) => (at % 251) + 1);
}
