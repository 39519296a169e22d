#include "server/handlers/duplicates_handler.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/duplicates/decisions.h"
#include "server/duplicates/duplicate_table.h"
#include "server/duplicates/limits.h"
#include "server/limits.h"
#include "server/page_token.h"
#include "server/proto_time.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "storage/normalise/text.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

absl::Status NoSuchListing(const std::string& id) {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "there is no listing with this id",
                  {{"type", "listing"}, {"id", id}});
}

// --- Lists ------------------------------------------------------------------

bool IsUndecided(const DuplicateCluster& cluster) {
  return std::any_of(cluster.pairs.begin(), cluster.pairs.end(),
                     [](const v1::DuplicatePair& pair) {
                       return pair.state() == v1::DUPLICATE_STATE_UNSPECIFIED;
                     });
}

// What a list shows of one cluster, or of one dismissed pair.
struct Shown {
  // Its place in the order of the list.
  std::string key;
  std::vector<std::string> listing_ids;
  std::vector<v1::DuplicatePair> pairs;
};

class Lister {
 public:
  Lister(const SnapshotWithDuplicates& now,
         const v1::ListDuplicatesRequest& request)
      : snapshot_(*now.snapshot), table_(*now.duplicates), request_(request) {}

  // Those that were asked for and come after `after`, in order.
  std::vector<Shown> After(const std::string& after) const {
    std::vector<Shown> found;
    if (request_.dismissed()) {
      table_.dismissed.ForEach(
          [&](const std::string& key, const v1::DuplicatePair& pair) {
            Shown shown{key, {pair.first_id(), pair.second_id()}, {pair}};
            if (key > after && IsAsked(shown))
              found.push_back(std::move(shown));
          });
    } else {
      table_.clusters.ForEach(
          [&](const std::string& id, const ClusterPtr& cluster) {
            if (id <= after) return;
            if (request_.undecided() && !IsUndecided(*cluster)) return;
            Shown shown{id, cluster->listing_ids, cluster->pairs};
            if (IsAsked(shown)) found.push_back(std::move(shown));
          });
    }
    std::sort(found.begin(), found.end(),
              [](const Shown& a, const Shown& b) { return a.key < b.key; });
    return found;
  }

  v1::DuplicateCluster ToProto(Shown shown) const {
    v1::DuplicateCluster cluster;
    cluster.set_id(shown.listing_ids.front());
    for (const std::string& id : shown.listing_ids) {
      const matcher::Row* row = snapshot_.Find(id);
      if (row != nullptr) *cluster.add_listings() = matcher::SummaryOf(*row);
    }
    for (v1::DuplicatePair& pair : shown.pairs) {
      *cluster.add_pairs() = std::move(pair);
    }
    return cluster;
  }

 private:
  bool IsAsked(const Shown& shown) const {
    const std::vector<std::string>& ids = shown.listing_ids;
    if (!request_.listing_id().empty() &&
        std::find(ids.begin(), ids.end(), request_.listing_id()) == ids.end()) {
      return false;
    }
    if (request_.source().empty()) return true;
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
      const matcher::Row* row = snapshot_.Find(id);
      return row != nullptr &&
             matcher::HeldOf(*row).source() == request_.source();
    });
  }

  const matcher::Snapshot& snapshot_;
  const DuplicateTable& table_;
  const v1::ListDuplicatesRequest& request_;
};

std::string QueryOf(const v1::ListDuplicatesRequest& request) {
  return absl::StrCat("ListDuplicates ", request.dismissed() ? "d" : "-",
                      request.undecided() ? "u" : "-", " ", request.source(),
                      " ", request.listing_id());
}

absl::Status CheckList(const v1::ListDuplicatesRequest& request) {
  if (request.listing_id().size() > kIdBytesMax) {
    return InvalidField(
        "listing_id", absl::StrCat("must be at most ", kIdBytesMax, " bytes"));
  }
  if (request.source().size() > kSourceNameBytesMax) {
    return InvalidField("source", absl::StrCat("must be at most ",
                                               kSourceNameBytesMax, " bytes"));
  }
  if (request.dismissed() && request.undecided()) {
    return InvalidField("undecided",
                        "must not be set together with dismissed: a dismissed "
                        "pair was judged");
  }
  return absl::OkStatus();
}

// --- Decisions --------------------------------------------------------------

// A decision as it was asked for, checked.
struct Decision {
  std::string request_id;
  // Sorted.
  std::vector<std::string> listing_ids;
  std::string note;
};

void CheckListingIds(const v1::DecideDuplicatesRequest& request,
                     Decision& decision, std::vector<FieldViolation>& wrong) {
  const int count = request.listing_ids_size();
  if (count < kDecidedListingsMin || count > kDecidedListingsMax) {
    wrong.push_back(
        {"listing_ids",
         absl::StrCat("must be ", kDecidedListingsMin, " to ",
                      kDecidedListingsMax, " ids; there are ", count)});
    return;
  }
  std::set<std::string> ids;
  for (int i = 0; i < count; ++i) {
    const std::string& id = request.listing_ids(i);
    const std::string field = absl::StrCat("listing_ids[", i, "]");
    if (id.empty() || id.size() > kIdBytesMax) {
      wrong.push_back(
          {field, absl::StrCat("must be 1 to ", kIdBytesMax, " bytes")});
    } else if (!ids.insert(id).second) {
      wrong.push_back({field, "must not be there twice"});
    }
  }
  decision.listing_ids.assign(ids.begin(), ids.end());
}

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void CheckNote(Decision& decision, std::vector<FieldViolation>& wrong) {
  const storage::TextState state = storage::NormaliseText(decision.note);
  if (state == storage::TextState::kNotUtf8 ||
      state == storage::TextState::kNul) {
    wrong.push_back({"note", "must be text in UTF-8"});
  } else if (Characters(decision.note) > kDecisionNoteMax) {
    wrong.push_back({"note", absl::StrCat("must be at most ", kDecisionNoteMax,
                                          " characters")});
  }
}

absl::StatusOr<Decision> CheckDecision(
    const v1::DecideDuplicatesRequest& request) {
  Decision decision{.note = request.note()};
  std::vector<FieldViolation> wrong;
  if (IsUuid(request.request_id())) {
    decision.request_id = storage::CanonicalUuid(request.request_id());
  } else {
    wrong.push_back({"request_id",
                     "must be a UUID, a new one for each decision and the same "
                     "one when a decision is tried again"});
  }
  CheckListingIds(request, decision, wrong);
  if (!v1::DuplicateState_IsValid(request.state())) {
    wrong.push_back({"state",
                     "must be MERGED, DISMISSED, or unspecified to take back "
                     "what was said"});
  }
  CheckNote(decision, wrong);
  if (!wrong.empty()) return InvalidFields(wrong);
  return decision;
}

// Every listing is there, and no place that is kept private would be told.
absl::Status CheckListings(const Decision& decision, v1::DuplicateState state,
                           const matcher::Snapshot& snapshot) {
  // What was said of a listing that has gone can be taken back.
  if (state == v1::DUPLICATE_STATE_UNSPECIFIED) return absl::OkStatus();
  int confidential = 0;
  for (const std::string& id : decision.listing_ids) {
    const matcher::Row* row = snapshot.Find(id);
    if (row == nullptr) return NoSuchListing(id);
    if (matcher::HeldOf(*row).confidential()) ++confidential;
  }
  const bool mixed =
      confidential > 0 &&
      confidential < static_cast<int>(decision.listing_ids.size());
  if (state == v1::MERGED && mixed) {
    return InvalidField("listing_ids",
                        "must not merge a place that is kept private with one "
                        "that is not: it would tell where it is. Make the "
                        "other one private first");
  }
  return absl::OkStatus();
}

// Calls visit(lesser id, greater id) for each pair.
template <typename Visit>
void ForEachPair(const std::vector<std::string>& sorted_ids, Visit visit) {
  for (size_t i = 0; i < sorted_ids.size(); ++i) {
    for (size_t j = i + 1; j < sorted_ids.size(); ++j) {
      visit(sorted_ids[i], sorted_ids[j]);
    }
  }
}

storage::DirectoryChange ChangeOf(const RequestContext& context,
                                  const Decision& decision,
                                  v1::DuplicateState state) {
  storage::DirectoryChange change;
  change.request_id = decision.request_id;
  change.at = context.clock_now();
  change.note = decision.note;
  ForEachPair(decision.listing_ids,
              [&](const std::string& first, const std::string& second) {
                v1::DuplicatePair& pair = change.decisions.emplace_back();
                pair.set_first_id(first);
                pair.set_second_id(second);
                pair.set_state(state);
                if (state == v1::DUPLICATE_STATE_UNSPECIFIED) return;
                pair.set_decided_by(context.actor());
                *pair.mutable_decided_at() = ToProto(change.at);
                pair.set_note(decision.note);
              });
  storage::v1::AuditRow& audit = change.audit.emplace_back();
  *audit.mutable_at() = ToProto(change.at);
  audit.set_actor(context.actor());
  audit.set_action(state == v1::MERGED      ? "merge_duplicates"
                   : state == v1::DISMISSED ? "dismiss_duplicates"
                                            : "undecide_duplicates");
  audit.set_subject(decision.listing_ids.front());
  (*audit.mutable_detail())["listings"] =
      std::to_string(decision.listing_ids.size());
  return change;
}

// The pairs as they stand after the decision.
absl::Status AddPairs(const Decision& decision,
                      const storage::DirectoryView& view,
                      const DuplicateTable& table,
                      v1::DecideDuplicatesResponse& response) {
  absl::Status status;
  ForEachPair(decision.listing_ids, [&](const std::string& first,
                                        const std::string& second) {
    auto said = view.FindDecision(first, second);
    if (!said.ok()) {
      status = said.status();
      return;
    }
    const v1::DuplicatePair decided = said->value_or(v1::DuplicatePair());
    const std::optional<Features> a = table.features->Find(first);
    const std::optional<Features> b = table.features->Find(second);
    v1::DuplicatePair& pair = *response.add_pairs();
    if (a.has_value() && b.has_value()) {
      pair = PairOf(*a, *b, decided);
      return;
    }
    pair = decided;
    pair.clear_note();
    pair.set_first_id(first);
    pair.set_second_id(second);
  });
  return status;
}

}  // namespace

absl::StatusOr<v1::ListDuplicatesResponse> DuplicatesHandler::ListDuplicates(
    const RequestContext& context,
    const v1::ListDuplicatesRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckList(request));
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t asked,
                            ReadPageSize(request.page_size()));
  const auto size =
      static_cast<size_t>(std::min(asked, kDuplicatesPageSizeMax));
  HANDRAIL_RETURN_IF_ERROR(
      writer_.state().WaitFor(request.min_revision(), context));
  const SnapshotWithDuplicates now = writer_.state().with_duplicates();
  if (!request.listing_id().empty() &&
      now.snapshot->Find(request.listing_id()) == nullptr) {
    return NoSuchListing(request.listing_id());
  }
  const std::string query = QueryOf(request);
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, now.snapshot->revision(), request.page_token()));
  const Lister lister(now, request);
  v1::ListDuplicatesResponse response;
  response.set_directory_revision(now.snapshot->revision());
  size_t bytes = 0;
  std::string last;
  for (Shown& shown : lister.After(start.after)) {
    if (static_cast<size_t>(response.clusters_size()) == size ||
        bytes > kPageBytesMax / 2) {
      response.set_next_page_token(
          MakePageToken(query, {last, start.revision}));
      break;
    }
    last = shown.key;
    v1::DuplicateCluster& cluster = *response.add_clusters();
    cluster = lister.ToProto(std::move(shown));
    bytes += cluster.ByteSizeLong();
  }
  return response;
}

absl::StatusOr<v1::DecideDuplicatesResponse>
DuplicatesHandler::DecideDuplicates(
    const RequestContext& context,
    const v1::DecideDuplicatesRequest& request) const {
  HANDRAIL_ASSIGN_OR_RETURN(const Decision decision, CheckDecision(request));
  // What was written before is to be seen; waited for outside the turn.
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t newest,
                            writer_.store().View().Revision());
  HANDRAIL_RETURN_IF_ERROR(writer_.state().WaitFor(newest, context));
  const DirectoryWriter::Turn turn(writer_);
  const SnapshotWithDuplicates now = writer_.state().with_duplicates();
  v1::DecideDuplicatesResponse response;
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::optional<uint64_t> first,
      writer_.store().View().RequestRevision(decision.request_id));
  if (first.has_value()) {
    response.set_revision(*first);
  } else {
    HANDRAIL_RETURN_IF_ERROR(
        CheckListings(decision, request.state(), *now.snapshot));
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    HANDRAIL_ASSIGN_OR_RETURN(
        const uint64_t revision,
        writer_.Commit(turn, ChangeOf(context, decision, request.state())));
    response.set_revision(revision);
  }
  HANDRAIL_RETURN_IF_ERROR(
      AddPairs(decision, writer_.store().View(), *now.duplicates, response));
  return response;
}

}  // namespace handrail::server
