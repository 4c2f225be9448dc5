// Taking records off a partition's queue, within bounds, without waiting. Knows nothing of JavaScript.
#pragma once

#include <deque>
#include <variant>
#include <vector>

#include "events.h"
#include "packing.h"

namespace troupe {

struct Limits {
  size_t records = 1;
  /** Of packed records. A record that exceeds it alone comes alone. */
  size_t bytes = 1;
  /** One entry for each actor: the number of its lanes. */
  std::vector<uint32_t> lanes;
};

struct Drained {
  size_t count = 0;
  size_t bytes = 0;
  /** The offset after everything in here; negative where nothing moved it. */
  int64_t nextOffset = -1;
  bool more = false;
  std::vector<std::vector<LaneBatch>> views;
  std::vector<Event> events;
};

/**
 * What was taken off the queue and exceeded a drain's byte bound, for the next drain, in the order of the queue.
 * librdkafka counts these records as consumed and does not bring them again before a seek.
 */
class Held {
 public:
  void clear() { items_.clear(); }
  bool empty() const { return items_.empty(); }
  /**
   * Of recent records, rather too large than too small: from it follows how many are taken at once, so that few
   * exceed the bound and are copied twice.
   */
  size_t averageBytes() const { return averageBytes_; }

 private:
  friend class Taking;
  void learn(size_t records, size_t bytes);

  std::deque<std::variant<Record, Event>> items_;
  size_t averageBytes_ = 64 * 1024;
};

/** Takes what the limits allow. The consumer's handle must be in use (connection.h) until it returns. */
Drained take(rd_kafka_queue_t* queue, Held& held, const Limits& limits);

}  // namespace troupe
