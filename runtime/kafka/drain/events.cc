#include "events.h"

#include "js.h"

namespace troupe {

namespace {

Event::Kind kindOf(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return Event::Kind::strayRecord;
    case RD_KAFKA_RESP_ERR__PARTITION_EOF: return Event::Kind::endOfPartition;
    default: return Event::Kind::error;
  }
}

const char* nameOf(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::endOfPartition: return "end-of-partition";
    case Event::Kind::error: return "error";
    case Event::Kind::strayRecord: return "stray-record";
  }
  return "error";
}

v8::Local<v8::Value> topicPartitionOf(const Event& event) {
  Nan::EscapableHandleScope scope;
  if (event.topic.empty()) return scope.Escape(Nan::Undefined());
  v8::Local<v8::Object> at = Nan::New<v8::Object>();
  set(at, "topic", text(event.topic));
  set(at, "partition", number(event.partition));
  return scope.Escape(at.As<v8::Value>());
}

}  // namespace

Event::Event(const rd_kafka_message_t* from)
    : kind(kindOf(from->err)),
      code(from->err),
      message(kind == Kind::error ? rd_kafka_message_errstr(from) : ""),
      topic(from->rkt != nullptr ? rd_kafka_topic_name(from->rkt) : ""),
      partition(from->partition),
      offset(from->offset) {}

v8::Local<v8::Array> toJs(const std::vector<Event>& events) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Array> all = Nan::New<v8::Array>(static_cast<int>(events.size()));
  for (uint32_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "kind", text(nameOf(event.kind)));
    set(object, "at", topicPartitionOf(event));
    set(object, "offset", offsetOrUndefined(event.offset));
    if (event.kind == Event::Kind::error) {
      set(object, "code", number(event.code));
      set(object, "message", text(event.message));
    }
    Nan::Set(all, i, object);
  }
  return scope.Escape(all);
}

}  // namespace troupe
