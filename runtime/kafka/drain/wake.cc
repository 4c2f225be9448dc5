#include "wake.h"

#include <set>

namespace troupe {

namespace {

// One list and one hook for all: a source that is collected has no environment at hand to remove a hook from.
std::set<Wake*>& openWakes() {
  static auto* open = new std::set<Wake*>();
  return *open;
}

}  // namespace

Wake* Wake::open(rd_kafka_queue_t* queue, void (*woken)(void*), void* owner) {
  auto* wake = new Wake(queue, woken, owner);
  wake->async_.data = wake;
  uv_async_init(Nan::GetCurrentEventLoop(), &wake->async_, [](uv_async_t* async) {
    auto* self = static_cast<Wake*>(async->data);
    if (self->owner_ != nullptr) self->woken_(self->owner_);
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(&wake->async_));
  openWakes().insert(wake);
  rd_kafka_queue_cb_event_enable(queue, onEvent, wake);
  // The event comes when an empty queue gets something; what is there already made its event before.
  uv_async_send(&wake->async_);
  return wake;
}

void Wake::close() {
  openWakes().erase(this);
  owner_ = nullptr;
  rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr);
  rd_kafka_queue_destroy(queue_);
  queue_ = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&async_),
           [](uv_handle_t* handle) { delete static_cast<Wake*>(handle->data); });
}

void Wake::onEvent(rd_kafka_t*, void* wake) { uv_async_send(&static_cast<Wake*>(wake)->async_); }

// The loop ends while librdkafka's threads still run: they must not wake it any more.
void Wake::silenceAll(void*) {
  for (Wake* wake : openWakes()) {
    wake->owner_ = nullptr;
    rd_kafka_queue_cb_event_enable(wake->queue_, nullptr, nullptr);
  }
}

void callOnWake(v8::Local<v8::Object> object, const char* resource) {
  v8::Local<v8::Value> onWake = Nan::GetPrivate(object, Nan::New("onWake").ToLocalChecked()).ToLocalChecked();
  if (!onWake->IsFunction()) return;
  Nan::AsyncResource async(resource, object);
  async.runInAsyncScope(object, onWake.As<v8::Function>(), 0, nullptr);
}

}  // namespace troupe
