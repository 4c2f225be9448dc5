// node-rdkafka's clients, seen through the header it ships: their handle, and the lock under which the handle lives.
#pragma once

#include <nan.h>

#include <string>

#include "src/connection.h"

#include "rdkafka.h"

namespace troupe {

/** The client inside a `consumer._client` or `producer._client`; nullptr, with a JavaScript error thrown, for anything else. */
inline NodeKafka::Connection* connectionOf(v8::Local<v8::Value> value, const char* wanted = "KafkaConsumer") {
  if (value->IsObject()) {
    v8::Local<v8::Object> object = value.As<v8::Object>();
    const Nan::Utf8String className(object->GetConstructorName());
    if (object->InternalFieldCount() > 0 && *className != nullptr && strcmp(*className, wanted) == 0)
      return Nan::ObjectWrap::Unwrap<NodeKafka::Connection>(object);
  }
  Nan::ThrowTypeError((std::string("This is not the client of a node-rdkafka ") + wanted).c_str());
  return nullptr;
}

/**
 * Use of a client's librdkafka handle while this object lives.
 *
 * Disconnecting marks the connection as closing, takes its lock for writing, and frees the handle. So a use takes
 * the lock for reading; it only tries to, and never waits, because closing waits for the main thread to answer a
 * rebalance: a main thread that waits for the lock would hang both.
 */
class HandleInUse {
 public:
  explicit HandleInUse(NodeKafka::Connection* connection) : connection_(connection) {
    if (!(connection_->*(&Members::m_is_closing)))
      locked_ = uv_rwlock_tryrdlock(&(connection_->*(&Members::m_connection_lock))) == 0;
  }
  ~HandleInUse() {
    if (locked_) uv_rwlock_rdunlock(&(connection_->*(&Members::m_connection_lock)));
  }
  HandleInUse(const HandleInUse&) = delete;
  HandleInUse& operator=(const HandleInUse&) = delete;

  /** nullptr where the client is not connected, is disconnecting, or its lock is held for another change. */
  rd_kafka_t* handle() const {
    if (!locked_ || connection_->*(&Members::m_is_closing)) return nullptr;
    RdKafka::Handle* client = connection_->*(&Members::m_client);
    return client == nullptr ? nullptr : client->c_ptr();
  }

  /** The handle is there, but the lock was held for a short change (a new token): try again. */
  bool busy() const { return !locked_ && !(connection_->*(&Members::m_is_closing)); }

 private:
  // Protected members are named through a class derived from theirs; it is never made.
  struct Members : NodeKafka::Connection {
    using Connection::m_client;
    using Connection::m_connection_lock;
    using Connection::m_is_closing;
  };

  NodeKafka::Connection* const connection_;
  bool locked_ = false;
};

}  // namespace troupe
