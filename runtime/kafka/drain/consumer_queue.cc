#include "consumer_queue.h"

#include <set>

#include "events.h"
#include "js.h"
#include "packing.h"

namespace troupe {

namespace {

/** Events of one poll; what is beyond waits for the next, so that a flood of errors does not hold the main thread. */
constexpr size_t kMostEvents = 1000;

// By connection and never freed, as the open sources in partition_source.cc.
std::set<NodeKafka::Connection*>& openQueues() {
  static auto* open = new std::set<NodeKafka::Connection*>();
  return *open;
}

/** A fatal error comes as "fatal"; what it was is asked for separately. */
void nameFatalError(rd_kafka_t* handle, Event& event) {
  if (event.code != RD_KAFKA_RESP_ERR__FATAL) return;
  char reason[512];
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(handle, reason, sizeof reason);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) event.message = std::string(rd_kafka_err2name(code)) + ": " + reason;
}

}  // namespace

void ConsumerQueue::closeQueue() {
  if (wake_ == nullptr) return;
  wake_->close();
  wake_ = nullptr;
  openQueues().erase(connection_);
}

NAN_METHOD(ConsumerQueue::construct) {
  if (!info.IsConstructCall() || !info[1]->IsFunction())
    return Nan::ThrowTypeError("new ConsumerQueue(client, onWake)");
  NodeKafka::Connection* connection = connectionOf(info[0]);
  if (connection == nullptr) return;
  const HandleInUse inUse(connection);
  rd_kafka_t* handle = inUse.handle();
  if (handle == nullptr) return Nan::ThrowError("the consumer is not connected");
  if (openQueues().contains(connection)) return Nan::ThrowError("it is open already");
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(handle);
  if (queue == nullptr) return Nan::ThrowError("the consumer has no group.id");
  openQueues().insert(connection);

  auto* self = new ConsumerQueue(connection, handle);
  self->Wrap(info.This());
  Nan::SetPrivate(info.This(), Nan::New("onWake").ToLocalChecked(), info[1]);
  Nan::SetPrivate(info.This(), Nan::New("client").ToLocalChecked(), info[0]);
  self->wake_ = Wake::open(
      queue,
      [](void* owner) {
        Nan::HandleScope scope;
        callOnWake(static_cast<ConsumerQueue*>(owner)->handle(), "troupe:consumer-wake");
      },
      self);
  info.GetReturnValue().Set(info.This());
}

NAN_METHOD(ConsumerQueue::poll) {
  auto* self = Nan::ObjectWrap::Unwrap<ConsumerQueue>(info.This());
  std::vector<Event> events;
  if (self->wake_ != nullptr) {
    const HandleInUse inUse(self->connection_);
    if (inUse.handle() == self->handle_) {
      while (events.size() < kMostEvents) {
        const Message message(rd_kafka_consumer_poll(self->handle_, 0));
        if (!message) break;
        events.emplace_back(message.get());
        nameFatalError(self->handle_, events.back());
      }
    }
  }
  info.GetReturnValue().Set(toJs(events));
}

NAN_METHOD(ConsumerQueue::isAssignmentLost) {
  auto* self = Nan::ObjectWrap::Unwrap<ConsumerQueue>(info.This());
  const HandleInUse inUse(self->connection_);
  const bool lost = inUse.handle() == self->handle_ && rd_kafka_assignment_lost(self->handle_) != 0;
  info.GetReturnValue().Set(lost);
}

NAN_METHOD(ConsumerQueue::close) { Nan::ObjectWrap::Unwrap<ConsumerQueue>(info.This())->closeQueue(); }

void ConsumerQueue::init(v8::Local<v8::Object> exports) {
  v8::Local<v8::FunctionTemplate> type = Nan::New<v8::FunctionTemplate>(construct);
  type->SetClassName(Nan::New("ConsumerQueue").ToLocalChecked());
  type->InstanceTemplate()->SetInternalFieldCount(1);
  Nan::SetPrototypeMethod(type, "poll", poll);
  Nan::SetPrototypeMethod(type, "isAssignmentLost", isAssignmentLost);
  Nan::SetPrototypeMethod(type, "close", close);
  set(exports, "ConsumerQueue", Nan::GetFunction(type).ToLocalChecked());
}

}  // namespace troupe
