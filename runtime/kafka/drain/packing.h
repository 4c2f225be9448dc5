// The packed batch, version 1, as C++ writes it. The grammar is above writeBatch in runtime/batch/writer.ts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "rdkafka.h"

namespace troupe {

constexpr uint8_t kBatchVersion = 1;
constexpr size_t kBatchHead = 8;
constexpr size_t kRecordHead = 32;
constexpr size_t kHeaderHead = 8;
constexpr uint32_t kTimestampTypeShift = 30;

struct FreeMessage {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using Message = std::unique_ptr<rd_kafka_message_t, FreeMessage>;

struct FreeBytes {
  void operator()(char* bytes) const { free(bytes); }
};
using Bytes = std::unique_ptr<char, FreeBytes>;

/**
 * A record on its way into a batch: a message of librdkafka, or one that was packed already because it exceeded the
 * byte bound of an earlier drain. Packed records are copied, so that no message of librdkafka outlives the drain
 * that took it: its destruction after the consumer's would touch freed memory.
 */
class Record {
 public:
  explicit Record(Message message);

  /** Packs the record now and lets go of librdkafka's message. */
  void detach();
  /** Writes `size()` bytes and returns the position after them. */
  char* write(char* at) const;

  size_t size() const { return size_; }
  int64_t offset() const { return offset_; }
  /** The lane of this record among `lanes`. */
  uint32_t lane(uint32_t lanes) const;

 private:
  Message message_;
  std::string packed_;
  size_t size_;
  int64_t offset_;
  bool keyed_;
  uint32_t keyHash_;
};

/** The records of one lane, packed. */
struct LaneBatch {
  uint32_t lane = 0;
  uint32_t count = 0;
  size_t bytes = 0;
  int64_t firstOffset = -1;
  int64_t lastOffset = -1;
  Bytes data;
};

/** Splits the records over `lanes` lanes; only lanes with records are in the answer, in the order of their numbers. */
std::vector<LaneBatch> packLanes(const std::vector<Record>& records, uint32_t lanes);

}  // namespace troupe
