#include "server/ingest/load_findings.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace handrail::server {

v1::Finding RetiringHeldBack() {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  finding.set_reason("retiring-held-back");
  finding.set_message(
      "nothing was retired: rows were skipped before they were sent, and their "
      "records may still be in the source");
  finding.set_hint("mend the skipped rows and load again with replace");
  finding.set_count(1);
  return finding;
}

std::string TooManyRetired(size_t retiring, int64_t existing, int32_t percent,
                           int64_t renumbered) {
  std::string text = absl::StrCat(
      "replace would retire ", retiring, " of the source's ", existing,
      " records, more than ", percent, " %: nothing was retired");
  if (renumbered > 0) {
    absl::StrAppend(&text, "; ", renumbered,
                    " of them came again under other ids, which --rekey takes "
                    "for what they were");
  }
  return text;
}

v1::Finding Renumbered(int64_t count) {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  finding.set_reason("renumbered");
  finding.set_message(
      "records that the source no longer has came again under other ids, with "
      "the same content");
  finding.set_hint(
      "if the source numbered them anew: load with --replace --rekey, and they "
      "keep their ids, their history and what was confirmed of them");
  finding.set_count(count);
  return finding;
}

v1::Finding RetireLimit(std::string text) {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  finding.set_reason("retire-limit");
  finding.set_message(std::move(text));
  finding.set_hint("allow a larger share (--allow-retire) if this is so");
  finding.set_count(1);
  return finding;
}

v1::Finding KeptInstead(const std::string& field, const v1::RowOrigin& origin) {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  *finding.mutable_origin() = origin;
  finding.set_field(field);
  finding.set_reason("confirmed-here");
  finding.set_message(
      "a person confirmed another value here, and nothing says that the file's "
      "was checked later; what the file says waits as a conflict");
  finding.set_hint("handrail verify conflicts");
  finding.set_count(1);
  return finding;
}

}  // namespace handrail::server
