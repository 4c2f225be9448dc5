// What a producer's queue tells: which records of which batch are acknowledged, which failed, and the connection's troubles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rdkafka.h"

namespace troupe {

/** Records of one batch with the same end, reported one after the other. */
struct Report {
  uint64_t batch;
  uint32_t records;
  rd_kafka_resp_err_t error;
  /** Of the last of them. */
  int32_t partition;
  int64_t offset;
  /** Only of those that failed. */
  std::string topic;
};

struct Trouble {
  /** ERR__FATAL when the producer can't go on; then the message names what it was. */
  rd_kafka_resp_err_t code;
  std::string message;
};

struct Reports {
  std::vector<Report> reports;
  std::vector<Trouble> troubles;
};

/** Everything that waits, without waiting. */
Reports takeReports(rd_kafka_queue_t* queue);

}  // namespace troupe
