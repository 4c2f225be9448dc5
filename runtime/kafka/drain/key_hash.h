// Kafka's key hash and the lane it leads to: the same as runtime/batch/murmur2.ts, where it is explained.
#pragma once

#include <cstddef>
#include <cstdint>

namespace troupe {

inline uint32_t murmur2(const uint8_t* bytes, size_t length) {
  constexpr uint32_t multiplier = 0x5bd1e995;
  uint32_t hash = 0x9747b28cU ^ static_cast<uint32_t>(length);
  const uint8_t* at = bytes;
  for (size_t words = length / 4; words > 0; --words, at += 4) {
    uint32_t word = static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 |
                    static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
    word *= multiplier;
    word ^= word >> 24;
    hash = (hash * multiplier) ^ (word * multiplier);
  }
  switch (length & 3) {
    case 3: hash ^= static_cast<uint32_t>(at[2]) << 16; [[fallthrough]];
    case 2: hash ^= static_cast<uint32_t>(at[1]) << 8; [[fallthrough]];
    case 1: hash = (hash ^ at[0]) * multiplier;
  }
  hash ^= hash >> 13;
  hash *= multiplier;
  return hash ^ hash >> 15;
}

/** MurmurHash3's finaliser: makes the lane independent of the partition, which is murmur2 modulo something, too. */
inline uint32_t mixedKeyHash(const uint8_t* key, size_t length) {
  uint32_t mixed = murmur2(key, length);
  mixed = (mixed ^ mixed >> 16) * 0x85ebca6bU;
  mixed = (mixed ^ mixed >> 13) * 0xc2b2ae35U;
  return mixed ^ mixed >> 16;
}

}  // namespace troupe
