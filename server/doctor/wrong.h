// Something that is wrong in what is kept, and how it is made right again where
// that can be told from the records.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "handrail/v1/record.pb.h"

namespace handrail::server {

// One key of the directory's stream as it should be.
struct Mend {
  std::string key;
  // As it was found; 0 where it was missing.
  uint64_t version = 0;
  // Absent: the key is removed.
  std::optional<std::string> value;
  // The full record that this follows from, and its version as found (0: there
  // is none). An empty key: it follows from more than one record.
  std::string record_key;
  uint64_t record_version = 0;
};

struct Wrong {
  // Empty where it is no record's.
  v1::RecordRef ref;
  // What is wrong, without any value of the record.
  std::string message;
  // Absent: it cannot be made again from records.
  std::optional<Mend> mend;
};

// Sees one thing that is wrong. Returns false to end the check.
using WrongVisitor = std::function<bool(Wrong wrong)>;

}  // namespace handrail::server
