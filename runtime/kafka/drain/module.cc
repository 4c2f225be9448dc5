// The addon: what it exports, on which thread it may be loaded, and against what it was compiled.

#include <dlfcn.h>
#include <nan.h>
#include <unistd.h>

#include "consumer_queue.h"
#include "js.h"
#include "key_hash.h"
#include "partition_source.h"
#include "record_sender.h"
#include "topic_ids.h"

namespace troupe {

namespace {

/** librdkafka's version number is 0xMMmmrrpp. */
std::string versionText(int version) {
  return std::to_string(version >> 24 & 0xff) + "." + std::to_string(version >> 16 & 0xff) + "." +
         std::to_string(version >> 8 & 0xff);
}

/** laneOf(key | undefined, offset, lanes), for the test that compares it with runtime/batch. */
NAN_METHOD(laneOf) {
  const uint32_t lanes = Nan::To<uint32_t>(info[2]).FromJust();
  if (info[0]->IsUndefined()) {
    info.GetReturnValue().Set(number(static_cast<double>(Nan::To<int64_t>(info[1]).FromJust() % lanes)));
    return;
  }
  const auto* key = reinterpret_cast<const uint8_t*>(node::Buffer::Data(info[0]));
  info.GetReturnValue().Set(mixedKeyHash(key, node::Buffer::Length(info[0])) % lanes);
}

/**
 * sharesLibrdkafka(path of node-rdkafka's addon): whether that addon and this one use the same librdkafka in memory.
 * Two of one version would each have their own state, and handles go from one to the other.
 */
NAN_METHOD(sharesLibrdkafka) {
  void* other = dlopen(*Nan::Utf8String(info[0]), RTLD_LAZY | RTLD_NOLOAD);
  void* theirs = other == nullptr ? nullptr : dlsym(other, "rd_kafka_version");
  if (other != nullptr) dlclose(other);
  info.GetReturnValue().Set(theirs == reinterpret_cast<void*>(&rd_kafka_version));
}

/**
 * endProcess(code): at once, without the clean-up of Node and C++. That waits for all of libuv's threads, and a
 * disconnect that hangs has one of them for ever.
 */
NAN_METHOD(endProcess) { _exit(Nan::To<int32_t>(info[0]).FromJust()); }

/** The addon's objects live on the main thread's loop; a second copy of them elsewhere would share their state. */
bool mayLoad() {
  static bool loaded = false;
  if (Nan::GetCurrentEventLoop() != uv_default_loop()) {
    Nan::ThrowError("it runs on the main thread only, as node-rdkafka does");
    return false;
  }
  if (loaded) {
    Nan::ThrowError("it is loaded in this process already");
    return false;
  }
  loaded = true;
  return true;
}

void init(v8::Local<v8::Object> exports) {
  if (!mayLoad()) return;
  node::AddEnvironmentCleanupHook(v8::Isolate::GetCurrent(), Wake::silenceAll, nullptr);
  PartitionSource::init(exports);
  ConsumerQueue::init(exports);
  RecordSender::init(exports);
  Nan::SetMethod(exports, "topicIds", topicIds);
  Nan::SetMethod(exports, "laneOf", laneOf);
  Nan::SetMethod(exports, "sharesLibrdkafka", sharesLibrdkafka);
  Nan::SetMethod(exports, "endProcess", endProcess);

  v8::Local<v8::Object> compiledAgainst = Nan::New<v8::Object>();
  set(compiledAgainst, "librdkafka", text(versionText(RD_KAFKA_VERSION)));
  set(compiledAgainst, "nodeRdkafka", text(TROUPE_NODE_RDKAFKA_VERSION));
  set(exports, "compiledAgainst", compiledAgainst);
  set(exports, "librdkafkaVersion", text(versionText(rd_kafka_version())));
}

}  // namespace

}  // namespace troupe

NODE_MODULE_INIT() { troupe::init(exports); }
