#include "clients/cli/duplicates_view.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

std::string Listing(const v1::ListingSummary& listing, int columns) {
  std::string text = listing.name();
  if (!listing.organization_name().empty() &&
      listing.organization_name() != listing.name()) {
    absl::StrAppend(&text, " (", listing.organization_name(), ")");
  }
  if (!listing.address().empty())
    absl::StrAppend(&text, ", ", listing.address());
  return absl::StrCat(Wrap(Printable(text), "  - ", "    ", columns),
                      "    source ", Printable(listing.source()), ", id ",
                      Printable(listing.id()), "\n");
}

std::string Judged(const v1::DuplicatePair& pair) {
  if (pair.state() == v1::DUPLICATE_STATE_UNSPECIFIED) {
    return "nobody has judged it";
  }
  std::string text =
      pair.state() == v1::MERGED ? "merged" : "dismissed: not the same";
  if (!pair.decided_by().empty())
    absl::StrAppend(&text, " by ", pair.decided_by());
  if (pair.has_decided_at()) {
    absl::StrAppend(
        &text, ", ",
        google::protobuf::util::TimeUtil::ToString(pair.decided_at()));
  }
  return text;
}

// `named`: with the two ids, where there is more than one pair.
std::string Pair(const v1::DuplicatePair& pair, bool named, int columns) {
  std::string text = absl::StrCat("  ", pair.score(), " of 100, ",
                                  Printable(Judged(pair)), "\n");
  if (named) {
    absl::StrAppend(&text, "    ", Printable(pair.first_id()), "\n    ",
                    Printable(pair.second_id()), "\n");
  }
  for (const std::string& reason : pair.reasons()) {
    absl::StrAppend(&text,
                    Wrap(Printable(reason), "    * ", "      ", columns));
  }
  return text;
}

}  // namespace

std::string ViewDuplicates(const v1::ListDuplicatesResponse& response,
                           int columns) {
  if (response.clusters().empty()) {
    return "No listings that look like the same place.\n";
  }
  std::string text;
  for (const v1::DuplicateCluster& cluster : response.clusters()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", cluster.listings_size(),
                    " listings, cluster ", Printable(cluster.id()), "\n");
    for (const v1::ListingSummary& listing : cluster.listings()) {
      absl::StrAppend(&text, Listing(listing, columns));
    }
    for (const v1::DuplicatePair& pair : cluster.pairs()) {
      absl::StrAppend(&text, Pair(pair, cluster.pairs_size() > 1, columns));
    }
  }
  return text + NextPage(response.next_page_token());
}

std::string ViewDecision(const v1::DecideDuplicatesResponse& response,
                         int columns) {
  std::string text;
  for (const v1::DuplicatePair& pair : response.pairs()) {
    absl::StrAppend(&text, Pair(pair, /*named=*/true, columns));
  }
  absl::StrAppend(&text, "Written at revision ", response.revision(), "\n");
  return text;
}

}  // namespace handrail::cli
