// The records of the directory, and everything that is kept beside them because
// it follows from them: projections, indexes, counts.
//
//   RecordCheck check(journal.Snapshot(), now);
//   HANDRAIL_ASSIGN_OR_RETURN(int64_t looked_at, check.Projections(visit));
//
// Every function goes through one table of the stream and what should follow
// from it, then the other way round. One record is in memory at a time. What a
// damaged record should come to is not told: the record itself is the finding.
//
// Each returns how many keys it looked at. Errors: those of JournalSnapshot for
// a failing disk; damage is no error. Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/storage/v1/journal.pb.h"
#include "server/doctor/wrong.h"
#include "storage/db/directory_store.h"
#include "storage/db/keys.h"
#include "storage/journal/journal.h"

namespace handrail::server {

class RecordCheck {
 public:
  // `now` is the date of projections that are made again.
  RecordCheck(std::shared_ptr<const storage::JournalSnapshot> snapshot,
              absl::Time now);

  // Records, loads and whatever else is kept for itself parse, and are what
  // their keys say.
  absl::StatusOr<int64_t> Records(const WrongVisitor& visit);
  // Every record has the projection that redaction makes of it now, and every
  // projection has its record.
  absl::StatusOr<int64_t> Projections(const WrongVisitor& visit);
  // The services of an organization, program or location.
  absl::StatusOr<int64_t> References(const WrongVisitor& visit);
  // The records of a source; the lists of loads, error reports and conflicts.
  absl::StatusOr<int64_t> Indexes(const WrongVisitor& visit);
  // How many records of each type a source has.
  absl::StatusOr<int64_t> Counts(const WrongVisitor& visit);

 private:
  using KeyVisitor = std::function<absl::Status(
      const storage::keys::Key& key, std::string_view bytes,
      std::string_view value, uint64_t version)>;
  using FullVisitor = std::function<absl::Status(
      const storage::v1::StoredRecord& record, const std::string& key)>;

  // Shows the keys of one kind that parse.
  absl::Status ForEachKey(storage::keys::Kind kind, const KeyVisitor& visit);
  // Shows the full records that parse and are what their keys say.
  absl::Status ForEachFull(const FullVisitor& visit);
  // The value, absent also where its bytes are damaged; then not `whole`.
  struct Found {
    std::optional<storage::VersionedValue> value;
    bool whole = true;
  };
  absl::StatusOr<Found> Get(const std::string& key) const;
  // The key should be there, without a value.
  absl::Status ExpectMark(const std::string& key, Wrong wrong,
                          const storage::v1::StoredRecord* record);
  // Everything of one kind is in its lists, and they name nothing else.
  template <typename Message>
  absl::Status Listed(storage::keys::Kind kind,
                      const std::vector<storage::keys::Kind>& lists,
                      std::set<std::string> (*rows_of)(const Message&));
  // Everything of one kind parses and has the id of its key.
  template <typename Message>
  absl::Status Parse(storage::keys::Kind kind, const char* what);
  void Show(Wrong wrong);

  const std::shared_ptr<const storage::JournalSnapshot> snapshot_;
  const storage::DirectoryView view_;
  const absl::Time now_;
  // Of the function that runs.
  const WrongVisitor* visit_ = nullptr;
  bool stopped_ = false;
  int64_t looked_at_ = 0;
};

}  // namespace handrail::server
