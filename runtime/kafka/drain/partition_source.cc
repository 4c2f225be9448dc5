#include "partition_source.h"

#include <algorithm>
#include <memory>
#include <set>

#include "js.h"

namespace troupe {

namespace {

/**
 * Up to this much is packed on the calling thread. Measured on 2 cores with records of 170 bytes: 64 of them take 33 µs
 * here and 57 µs by a libuv thread, 256 take 86 and 134; 5,000 take 1.8 ms there, of which the main thread sees 0.3,
 * and would hold it up for 2.4 ms.
 */
constexpr size_t kSmallRecords = 256;
constexpr size_t kSmallBytes = 256 * 1024;

// By connection, which lives as long as its sources (S4), and not by handle: a freed handle's address comes again.
// The set is never freed: a drain may still run on its thread while the process's static objects are destroyed.
std::set<std::pair<NodeKafka::Connection*, std::string>>& openSources() {
  static auto* open = new std::set<std::pair<NodeKafka::Connection*, std::string>>();
  return *open;
}

v8::Local<v8::Value> batchToJs(LaneBatch& lane) {
  const size_t bytes = lane.bytes;
  auto store = v8::ArrayBuffer::NewBackingStore(
      lane.data.release(), bytes, [](void* data, size_t, void*) { free(data); }, nullptr);
  return v8::ArrayBuffer::New(v8::Isolate::GetCurrent(), std::move(store));
}

v8::Local<v8::Object> laneToJs(LaneBatch& lane) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Object> object = Nan::New<v8::Object>();
  set(object, "lane", number(lane.lane));
  set(object, "count", number(lane.count));
  set(object, "bytes", number(static_cast<double>(lane.bytes)));
  set(object, "firstOffset", offsetOrUndefined(lane.firstOffset));
  set(object, "lastOffset", offsetOrUndefined(lane.lastOffset));
  set(object, "batch", batchToJs(lane));
  return scope.Escape(object);
}

/** As `Drained` of partition-source.ts. */
v8::Local<v8::Object> drainedToJs(Drained& drained) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Array> views = Nan::New<v8::Array>(static_cast<int>(drained.views.size()));
  for (uint32_t v = 0; v < drained.views.size(); ++v) {
    std::vector<LaneBatch>& lanes = drained.views[v];
    v8::Local<v8::Array> view = Nan::New<v8::Array>(static_cast<int>(lanes.size()));
    for (uint32_t i = 0; i < lanes.size(); ++i) Nan::Set(view, i, laneToJs(lanes[i]));
    Nan::Set(views, v, view);
  }
  v8::Local<v8::Object> object = Nan::New<v8::Object>();
  set(object, "count", number(static_cast<double>(drained.count)));
  set(object, "bytes", number(static_cast<double>(drained.bytes)));
  set(object, "nextOffset", offsetOrUndefined(drained.nextOffset));
  set(object, "views", views);
  set(object, "events", toJs(drained.events));
  set(object, "more", Nan::New(drained.more));
  return scope.Escape(object);
}

Limits limitsFrom(const Nan::FunctionCallbackInfo<v8::Value>& info) {
  Limits limits;
  limits.records = static_cast<size_t>(Nan::To<double>(info[0]).FromJust());
  limits.bytes = static_cast<size_t>(Nan::To<double>(info[1]).FromJust());
  v8::Local<v8::Array> lanes = info[2].As<v8::Array>();
  for (uint32_t i = 0; i < lanes->Length(); ++i)
    limits.lanes.push_back(Nan::To<uint32_t>(Nan::Get(lanes, i).ToLocalChecked()).FromJust());
  return limits;
}

}  // namespace

class DrainOnThread : public Nan::AsyncWorker {
 public:
  DrainOnThread(Nan::Callback* callback, PartitionSource* source, Limits limits)
      : AsyncWorker(callback, "troupe:drain"), source_(source), limits_(std::move(limits)) {
    SaveToPersistent("source", source->handle());
    source_->draining_ = true;
  }

  void Execute() override { drained_ = source_->takeIfConnected(limits_); }

  void HandleOKCallback() override {
    Nan::HandleScope scope;
    source_->draining_ = false;
    v8::Local<v8::Value> answer[] = {drainedToJs(drained_)};
    callback->Call(1, answer, async_resource);
  }

 private:
  PartitionSource* const source_;
  const Limits limits_;
  Drained drained_;
};

PartitionSource::PartitionSource(NodeKafka::Connection* connection, rd_kafka_t* handle, std::string key)
    : connection_(connection), handle_(handle), key_(std::move(key)) {
  openSources().insert({connection_, key_});
}

PartitionSource::~PartitionSource() { closeQueue(); }

void PartitionSource::closeQueue() {
  if (wake_ == nullptr) return;
  wake_->close();
  wake_ = nullptr;
  held_.clear();
  openSources().erase({connection_, key_});
}

bool PartitionSource::isSmall(const Limits& limits) const {
  const size_t records = std::min(limits.records, rd_kafka_queue_length(wake_->queue()));
  const size_t bytes = std::min(limits.bytes, records * held_.averageBytes());
  return held_.empty() && records <= kSmallRecords && bytes <= kSmallBytes;
}

Drained PartitionSource::takeIfConnected(const Limits& limits) {
  const HandleInUse inUse(connection_);
  if (inUse.handle() == handle_) return take(wake_->queue(), held_, limits);
  Drained nothing;
  nothing.views.resize(limits.lanes.size());
  nothing.more = inUse.busy();
  return nothing;
}

NAN_METHOD(PartitionSource::construct) {
  if (!info.IsConstructCall() || !info[1]->IsString() || !info[2]->IsInt32() || !info[3]->IsFunction())
    return Nan::ThrowTypeError("new PartitionSource(client, topic, partition, onWake)");
  NodeKafka::Connection* connection = connectionOf(info[0]);
  if (connection == nullptr) return;
  const std::string topic(*Nan::Utf8String(info[1]));
  const int32_t partition = Nan::To<int32_t>(info[2]).FromJust();
  std::string key = topic + "/" + std::to_string(partition);

  const HandleInUse inUse(connection);
  rd_kafka_t* handle = inUse.handle();
  if (handle == nullptr) return Nan::ThrowError("the consumer is not connected");
  if (openSources().contains({connection, key})) return Nan::ThrowError("its source is open already");
  rd_kafka_queue_t* queue = rd_kafka_queue_get_partition(handle, topic.c_str(), partition);
  if (queue == nullptr) return Nan::ThrowError("librdkafka gives no queue for it");
  rd_kafka_queue_forward(queue, nullptr);

  auto* source = new PartitionSource(connection, handle, std::move(key));
  source->Wrap(info.This());
  Nan::SetPrivate(info.This(), Nan::New("onWake").ToLocalChecked(), info[3]);
  Nan::SetPrivate(info.This(), Nan::New("client").ToLocalChecked(), info[0]);
  source->wake_ = Wake::open(
      queue,
      [](void* owner) {
        Nan::HandleScope scope;
        callOnWake(static_cast<PartitionSource*>(owner)->handle(), "troupe:wake");
      },
      source);
  info.GetReturnValue().Set(info.This());
}

NAN_METHOD(PartitionSource::drain) {
  auto* source = Nan::ObjectWrap::Unwrap<PartitionSource>(info.This());
  if (source->wake_ == nullptr) return Nan::ThrowError("the source is closed");
  if (source->draining_) return Nan::ThrowError("a drain is in flight");
  Limits limits = limitsFrom(info);
  if (source->isSmall(limits)) {
    Drained drained = source->takeIfConnected(limits);
    info.GetReturnValue().Set(drainedToJs(drained));
    return;
  }
  Nan::AsyncQueueWorker(
      new DrainOnThread(new Nan::Callback(info[3].As<v8::Function>()), source, std::move(limits)));
}

NAN_METHOD(PartitionSource::discard) {
  auto* source = Nan::ObjectWrap::Unwrap<PartitionSource>(info.This());
  if (source->draining_) return Nan::ThrowError("a drain is in flight");
  source->held_.clear();
}

NAN_METHOD(PartitionSource::close) {
  auto* source = Nan::ObjectWrap::Unwrap<PartitionSource>(info.This());
  if (source->draining_) return Nan::ThrowError("a drain is in flight");
  source->closeQueue();
}

void PartitionSource::init(v8::Local<v8::Object> exports) {
  v8::Local<v8::FunctionTemplate> type = Nan::New<v8::FunctionTemplate>(construct);
  type->SetClassName(Nan::New("PartitionSource").ToLocalChecked());
  type->InstanceTemplate()->SetInternalFieldCount(1);
  Nan::SetPrototypeMethod(type, "drain", drain);
  Nan::SetPrototypeMethod(type, "discard", discard);
  Nan::SetPrototypeMethod(type, "close", close);
  set(exports, "PartitionSource", Nan::GetFunction(type).ToLocalChecked());
}

}  // namespace troupe
