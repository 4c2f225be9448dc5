// Packed records into a producer's queue. Knows nothing of JavaScript. The grammar is above PackedRecords in packed-records.ts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rdkafka.h"

namespace troupe {

/** A record that librdkafka did not take: no report comes of it. */
struct Refused {
  /** Its place among those given. */
  uint32_t index;
  rd_kafka_resp_err_t error;
};

struct Sent {
  /** How many of them are settled: taken or refused. Fewer than given: librdkafka's queue is full, the rest must come again. */
  uint32_t settled = 0;
  std::vector<Refused> refused;
};

/**
 * `batch` comes back with the report of each record; bytes are copied. Where they are not what the grammar says, nothing
 * from there on is sent, and all of it refused with ERR__INVALID_ARG.
 */
Sent send(rd_kafka_t* producer, const char* topic, uint64_t batch, const uint8_t* packed, size_t bytes, uint32_t records);

}  // namespace troupe
