#include "reports.h"

#include <memory>

namespace troupe {

namespace {

struct FreeEvent {
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
};
using QueueEvent = std::unique_ptr<rd_kafka_event_t, FreeEvent>;

void add(std::vector<Report>& reports, const rd_kafka_message_t* message) {
  const auto batch = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(message->_private));
  Report* last = reports.empty() ? nullptr : &reports.back();
  if (last == nullptr || last->batch != batch || last->error != message->err) {
    reports.push_back({batch, 0, message->err, 0, 0, ""});
    last = &reports.back();
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && message->rkt != nullptr)
      last->topic = rd_kafka_topic_name(message->rkt);
  }
  last->records += 1;
  last->partition = message->partition;
  last->offset = message->offset;
}

Trouble troubleOf(rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t code = rd_kafka_event_error(event);
  const std::string message = rd_kafka_event_error_string(event);
  // Of a fatal one librdkafka gives what it was.
  if (rd_kafka_event_error_is_fatal(event) == 0) return {code, message};
  return {RD_KAFKA_RESP_ERR__FATAL, std::string(rd_kafka_err2name(code)) + ": " + message};
}

}  // namespace

Reports takeReports(rd_kafka_queue_t* queue) {
  Reports taken;
  while (const QueueEvent event{rd_kafka_queue_poll(queue, 0)}) {
    switch (rd_kafka_event_type(event.get())) {
      case RD_KAFKA_EVENT_DR:
        while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event.get()))
          add(taken.reports, message);
        break;
      case RD_KAFKA_EVENT_ERROR: taken.troubles.push_back(troubleOf(event.get())); break;
      // Logs come by their callback, from librdkafka's own threads.
      default: break;
    }
  }
  return taken;
}

}  // namespace troupe
