// How a queue of librdkafka calls JavaScript: its event, from any thread → uv_async → a function on the main thread.
#pragma once

#include <nan.h>

#include "rdkafka.h"

namespace troupe {

/**
 * Owns a queue's handle and its event. Main thread only.
 *
 * W1  librdkafka calls the event under the queue's lock, and disabling it takes that lock: after close() no call is
 *     under way and none comes.
 * W2  The memory lives until libuv has given the async handle back, which may be after the JavaScript object died.
 * W3  The queue's own memory is counted by its handles: it outlives a disconnected consumer until close().
 * W4  It keeps neither the process nor the JavaScript object alive.
 */
class Wake {
 public:
  /** `woken(owner)` is called on the main thread; wakes that come before the call are one. Wakes once at the start. */
  static Wake* open(rd_kafka_queue_t* queue, void (*woken)(void* owner), void* owner);
  /** Gives the queue back, calls nothing any more, and frees itself when libuv has done so. */
  void close();

  /** For the end of the process; a hook of its environment. */
  static void silenceAll(void*);

  rd_kafka_queue_t* queue() const { return queue_; }

 private:
  Wake(rd_kafka_queue_t* queue, void (*woken)(void*), void* owner) : queue_(queue), woken_(woken), owner_(owner) {}
  static void onEvent(rd_kafka_t*, void* wake);

  uv_async_t async_{};
  rd_kafka_queue_t* queue_;
  void (*woken_)(void*);
  void* owner_;
};

/** Calls the function that a JavaScript object keeps as `onWake`. */
void callOnWake(v8::Local<v8::Object> object, const char* resource);

}  // namespace troupe
