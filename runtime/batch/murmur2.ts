/**
 * Kafka's key hash and the lane it leads to. `runtime/kafka/drain/key_hash.h` is the same in C++; a test compares them.
 *
 * murmur2 is Austin Appleby's MurmurHash2 with the seed of Kafka's Java client (`Utils.murmur2`), which decides
 * there and in `murmur2_random` which partition a key lands in.
 */

const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** The hash as Java has it: a signed 32-bit number. */
export const murmur2 = (bytes: Uint8Array): number => {
  const length = bytes.length
  const wordsEnd = length & ~3
  let hash = seed ^ length
  for (let at = 0; at < wordsEnd; at += 4) {
    let word =
      byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24)
    word = Math.imul(word, multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  const rest = length & 3
  if (rest > 2) hash ^= byte(bytes, wordsEnd + 2) << 16
  if (rest > 1) hash ^= byte(bytes, wordsEnd + 1) << 8
  if (rest > 0) hash = Math.imul(hash ^ byte(bytes, wordsEnd), multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return (hash ^ (hash >>> 15)) | 0
}

const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number

/**
 * The lane (0 … lanes − 1) of a record: by its key, an empty key included; without a key (`undefined`) lanes
 * take turns by offset.
 *
 * The hash is mixed once more (MurmurHash3's 32-bit finaliser) because every key of one partition has the same
 * murmur2 modulo the number of partitions: taken as it is, 8 lanes on a topic of 8 partitions would be one.
 */
export const laneOf = (key: Uint8Array | undefined, offset: number, lanes: number): number => {
  if (lanes === 1) return 0
  if (key === undefined) return offset % lanes
  let mixed = murmur2(key)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % lanes
}
