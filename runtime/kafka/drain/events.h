// What comes out of a queue besides records: errors and ends of partitions. They are told, never dropped.
#pragma once

#include <nan.h>

#include <string>
#include <vector>

#include "rdkafka.h"

namespace troupe {

struct Event {
  enum class Kind { endOfPartition, error, strayRecord };

  /** Of a message with an error, or of a record that came where none is expected. */
  explicit Event(const rd_kafka_message_t* message);

  Kind kind;
  int code;
  std::string message;
  /** Empty where the event is about no partition. */
  std::string topic;
  int32_t partition;
  /** Negative where the event has none. */
  int64_t offset;
};

/** As `SourceEvent[]` of events.ts. */
v8::Local<v8::Array> toJs(const std::vector<Event>& events);

}  // namespace troupe
