#include "sending.h"

#include <cstring>
#include <memory>

namespace troupe {

namespace {

struct LeaveTopic {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using Topic = std::unique_ptr<rd_kafka_topic_t, LeaveTopic>;

struct FreeHeaders {
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
};
using Headers = std::unique_ptr<rd_kafka_headers_t, FreeHeaders>;

/** Bytes, or null: a length of −1. Empty is not null, so its pointer is one. */
struct Piece {
  const uint8_t* bytes = nullptr;
  size_t length = 0;
};

/** Reads forward; what lies outside of the bytes makes it bad, and it stays so. */
class Reader {
 public:
  Reader(const uint8_t* bytes, size_t length) : at_(bytes), end_(bytes + length) {}

  bool bad() const { return bad_; }

  template <typename T>
  T number() {
    T value{};
    if (!has(sizeof value)) return value;
    memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  Piece piece(int32_t length) {
    if (length < 0) return {};
    if (!has(static_cast<size_t>(length))) return {};
    const Piece piece{at_, static_cast<size_t>(length)};
    at_ += length;
    return piece;
  }

 private:
  bool has(size_t bytes) {
    if (static_cast<size_t>(end_ - at_) < bytes) bad_ = true;
    return !bad_;
  }

  const uint8_t* at_;
  const uint8_t* const end_;
  bool bad_ = false;
};

struct Record {
  explicit Record(Reader& from) {
    timestamp = static_cast<int64_t>(from.number<double>());
    partition = from.number<int32_t>();
    const auto keyLength = from.number<int32_t>();
    const auto valueLength = from.number<int32_t>();
    const auto headerCount = from.number<uint32_t>();
    key = from.piece(keyLength);
    value = from.piece(valueLength);
    if (headerCount == 0 || from.bad()) return;
    // The list grows by itself: a count that is wrong must not ask for memory.
    headers.reset(rd_kafka_headers_new(headerCount < 64 ? headerCount : 64));
    for (uint32_t i = 0; i < headerCount && !from.bad(); ++i) {
      const auto nameLength = from.number<uint32_t>();
      const auto length = from.number<int32_t>();
      const Piece name = from.piece(static_cast<int32_t>(nameLength & 0x7fffffff));
      const Piece content = from.piece(length);
      if (from.bad()) return;
      rd_kafka_header_add(headers.get(), reinterpret_cast<const char*>(name.bytes), static_cast<ssize_t>(name.length),
                          content.bytes, static_cast<ssize_t>(content.length));
    }
  }

  int64_t timestamp;
  int32_t partition;
  Piece key;
  Piece value;
  Headers headers;
};

rd_kafka_vu_t fieldOf(rd_kafka_vtype_t type) {
  rd_kafka_vu_t field{};
  field.vtype = type;
  return field;
}

rd_kafka_vu_t fieldOf(rd_kafka_vtype_t type, const Piece& piece) {
  rd_kafka_vu_t field = fieldOf(type);
  field.u.mem.ptr = const_cast<uint8_t*>(piece.bytes);
  field.u.mem.size = piece.length;
  return field;
}

rd_kafka_resp_err_t produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, uint64_t batch, Record& record) {
  rd_kafka_vu_t fields[8];
  size_t count = 0;
  const auto add = [&](const rd_kafka_vu_t& field) -> rd_kafka_vu_t& { return fields[count++] = field; };
  add(fieldOf(RD_KAFKA_VTYPE_RKT)).u.rkt = topic;
  add(fieldOf(RD_KAFKA_VTYPE_PARTITION)).u.i32 = record.partition < 0 ? RD_KAFKA_PARTITION_UA : record.partition;
  add(fieldOf(RD_KAFKA_VTYPE_MSGFLAGS)).u.i = RD_KAFKA_MSG_F_COPY;
  add(fieldOf(RD_KAFKA_VTYPE_OPAQUE)).u.ptr = reinterpret_cast<void*>(static_cast<uintptr_t>(batch));
  add(fieldOf(RD_KAFKA_VTYPE_KEY, record.key));
  add(fieldOf(RD_KAFKA_VTYPE_VALUE, record.value));
  add(fieldOf(RD_KAFKA_VTYPE_TIMESTAMP)).u.i64 = record.timestamp;
  if (record.headers) add(fieldOf(RD_KAFKA_VTYPE_HEADERS)).u.headers = record.headers.get();
  rd_kafka_error_t* error = rd_kafka_produceva(producer, fields, count);
  if (error == nullptr) {
    // They are librdkafka's now.
    (void)record.headers.release();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  return code;
}

}  // namespace

Sent send(rd_kafka_t* producer, const char* topic, uint64_t batch, const uint8_t* packed, size_t bytes,
          uint32_t records) {
  Sent sent;
  // One look-up for all of them. What was set for topics counts, as for a name.
  const Topic handle(rd_kafka_topic_new(producer, topic, nullptr));
  const rd_kafka_resp_err_t unusable =
      handle == nullptr ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
  Reader from(packed, bytes);
  for (; sent.settled < records; ++sent.settled) {
    Record record(from);
    rd_kafka_resp_err_t error = from.bad() ? RD_KAFKA_RESP_ERR__INVALID_ARG : unusable;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = produce(producer, handle.get(), batch, record);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) break;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) sent.refused.push_back({sent.settled, error});
  }
  return sent;
}

}  // namespace troupe
