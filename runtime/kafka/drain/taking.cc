#include "taking.h"

#include <algorithm>

namespace troupe {

void Held::learn(size_t records, size_t bytes) {
  const size_t latest = bytes / records + 1;
  averageBytes_ = latest > averageBytes_ ? latest : (averageBytes_ + 3 * latest) / 4;
}

/** One drain as it goes on. */
class Taking {
 public:
  Taking(rd_kafka_queue_t* queue, Held& held, const Limits& limits) : queue_(queue), held_(held), limits_(limits) {}

  Drained run() {
    takeHeld();
    while (!full_ && takeFromQueue()) {
    }
    Drained drained;
    drained.count = records_.size();
    drained.bytes = bytes_;
    drained.nextOffset = nextOffset_;
    drained.events = std::move(events_);
    for (const uint32_t lanes : limits_.lanes) drained.views.push_back(packLanes(records_, lanes));
    drained.more = !held_.empty() || rd_kafka_queue_length(queue_) > 0;
    return drained;
  }

 private:
  static constexpr size_t kLargestGulp = 1000;

  void takeHeld() {
    while (!full_ && !held_.items_.empty()) {
      auto& item = held_.items_.front();
      if (Record* record = std::get_if<Record>(&item)) {
        if (!fits(*record)) return;
        accept(std::move(*record));
      } else {
        accept(std::move(std::get<Event>(item)));
      }
      held_.items_.pop_front();
    }
  }

  /** False when the queue gave less than it was asked for: it is empty. */
  bool takeFromQueue() {
    const size_t byBytes = (limits_.bytes - std::min(bytes_, limits_.bytes)) / held_.averageBytes_ + 1;
    const size_t wanted = std::min({limits_.records - records_.size(), byBytes, kLargestGulp});
    gulp_.resize(wanted);
    const ssize_t got = rd_kafka_consume_batch_queue(queue_, 0, gulp_.data(), wanted);
    if (got <= 0) return false;
    size_t gulpBytes = 0;
    size_t gulpRecords = 0;
    for (ssize_t i = 0; i < got; ++i) {
      Message message(gulp_[i]);
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        acceptOrHold(Event(message.get()));
        continue;
      }
      Record record(std::move(message));
      gulpBytes += record.size();
      ++gulpRecords;
      if (!full_) fits(record);
      acceptOrHold(std::move(record));
    }
    if (gulpRecords > 0) held_.learn(gulpRecords, gulpBytes);
    return static_cast<size_t>(got) == wanted;
  }

  /** One record always fits, however large. Once one did not, nothing after it does: order is kept. */
  bool fits(const Record& record) {
    if (records_.size() >= limits_.records || (!records_.empty() && bytes_ + record.size() > limits_.bytes)) full_ = true;
    return !full_;
  }

  void acceptOrHold(Record record) {
    if (!full_) return accept(std::move(record));
    record.detach();
    held_.items_.emplace_back(std::move(record));
  }

  void acceptOrHold(Event event) {
    if (full_) {
      held_.items_.emplace_back(std::move(event));
    } else {
      accept(std::move(event));
    }
  }

  void accept(Record record) {
    bytes_ += record.size();
    nextOffset_ = record.offset() + 1;
    records_.push_back(std::move(record));
    if (records_.size() >= limits_.records || bytes_ >= limits_.bytes) full_ = true;
  }

  void accept(Event event) {
    // Behind the last record there may be offsets without one (compaction, ends of transactions): they are passed.
    if (event.kind == Event::Kind::endOfPartition) nextOffset_ = std::max(nextOffset_, event.offset);
    events_.push_back(std::move(event));
  }

  rd_kafka_queue_t* const queue_;
  Held& held_;
  const Limits& limits_;
  std::vector<rd_kafka_message_t*> gulp_;
  std::vector<Record> records_;
  std::vector<Event> events_;
  size_t bytes_ = 0;
  int64_t nextOffset_ = -1;
  bool full_ = false;
};

Drained take(rd_kafka_queue_t* queue, Held& held, const Limits& limits) { return Taking(queue, held, limits).run(); }

}  // namespace troupe
