#include "packing.h"

#include <bit>

#include "key_hash.h"

namespace troupe {

namespace {

// The layout is little-endian, and written as the machine has it.
static_assert(std::endian::native == std::endian::little);

template <typename Number>
char* put(char* at, Number number) {
  memcpy(at, &number, sizeof number);
  return at + sizeof number;
}

char* putBytes(char* at, const void* bytes, size_t length) {
  if (length > 0) memcpy(at, bytes, length);
  return at + length;
}

/** Nothing there is −1, nothing in it is 0. */
int32_t lengthOrAbsent(const void* bytes, size_t length) {
  return bytes == nullptr ? -1 : static_cast<int32_t>(length);
}

uint32_t timestampTypeOf(rd_kafka_timestamp_type_t type) {
  switch (type) {
    case RD_KAFKA_TIMESTAMP_CREATE_TIME: return 1;
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: return 2;
    default: return 0;
  }
}

/** Calls `each(name, value, valueSize)` for every header in its order; a null header value is a null pointer. */
template <typename Each>
void forEachHeader(const rd_kafka_message_t* message, Each each) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* name;
  const void* value;
  size_t valueSize;
  for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &valueSize) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    each(name, value, valueSize);
}

size_t packedSize(const rd_kafka_message_t* message) {
  size_t size = kRecordHead + message->key_len + message->len;
  forEachHeader(message, [&](const char* name, const void*, size_t valueSize) {
    size += kHeaderHead + strlen(name) + valueSize;
  });
  return size;
}

char* writeMessage(char* at, const rd_kafka_message_t* message, size_t size) {
  rd_kafka_timestamp_type_t type;
  const int64_t timestamp = rd_kafka_message_timestamp(message, &type);
  char* const attributesAt = at + 12;
  at = put(at, static_cast<uint32_t>(size));
  at = put(at, lengthOrAbsent(message->key, message->key_len));
  at = put(at, lengthOrAbsent(message->payload, message->len));
  at = put(at, uint32_t{0});
  at = put(at, message->offset);
  at = put(at, timestamp);
  at = putBytes(at, message->key, message->key_len);
  at = putBytes(at, message->payload, message->len);
  uint32_t headers = 0;
  forEachHeader(message, [&](const char* name, const void* value, size_t valueSize) {
    const size_t nameLength = strlen(name);
    at = put(at, static_cast<uint32_t>(nameLength));
    at = put(at, lengthOrAbsent(value, valueSize));
    at = putBytes(at, name, nameLength);
    at = putBytes(at, value, valueSize);
    ++headers;
  });
  put(attributesAt, timestampTypeOf(type) << kTimestampTypeShift | headers);
  return at;
}

}  // namespace

Record::Record(Message message)
    : message_(std::move(message)),
      size_(packedSize(message_.get())),
      offset_(message_->offset),
      keyed_(message_->key != nullptr),
      keyHash_(keyed_ ? mixedKeyHash(static_cast<const uint8_t*>(message_->key), message_->key_len) : 0) {}

void Record::detach() {
  if (!message_) return;
  packed_.resize(size_);
  writeMessage(packed_.data(), message_.get(), size_);
  message_.reset();
}

char* Record::write(char* at) const {
  return message_ ? writeMessage(at, message_.get(), size_) : putBytes(at, packed_.data(), packed_.size());
}

uint32_t Record::lane(uint32_t lanes) const {
  if (lanes == 1) return 0;
  return keyed_ ? keyHash_ % lanes : static_cast<uint32_t>(offset_ % lanes);
}

std::vector<LaneBatch> packLanes(const std::vector<Record>& records, uint32_t lanes) {
  std::vector<LaneBatch> all(lanes);
  for (const Record& record : records) {
    LaneBatch& lane = all[record.lane(lanes)];
    if (lane.count++ == 0) lane.firstOffset = record.offset();
    lane.lastOffset = record.offset();
    lane.bytes += record.size();
  }
  std::vector<char*> at(lanes);
  for (uint32_t i = 0; i < lanes; ++i) {
    LaneBatch& lane = all[i];
    lane.lane = i;
    if (lane.count == 0) continue;
    lane.bytes += kBatchHead;
    lane.data.reset(static_cast<char*>(malloc(lane.bytes)));
    if (!lane.data) abort();  // Out of memory: the process can do nothing for these records.
    at[i] = put(put(lane.data.get(), uint32_t{kBatchVersion}), lane.count);
  }
  for (const Record& record : records) {
    char*& position = at[record.lane(lanes)];
    position = record.write(position);
  }
  std::erase_if(all, [](const LaneBatch& lane) { return lane.count == 0; });
  return all;
}

}  // namespace troupe
