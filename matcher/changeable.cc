#include "matcher/changeable.h"

#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

bool MayBeAskedFor(const Question& question, std::string_view document) {
  if (document == "status_document") return false;
  return document != "ssn_card" ||
         !question.person().cannot_show_ssn_or_status();
}

}  // namespace

v1::DocumentRule DocumentsToBring(const Question& question,
                                  const v1::DocumentRule& rule) {
  v1::DocumentRule out = rule;
  out.clear_any_of();
  for (const std::string& document : rule.any_of()) {
    if (MayBeAskedFor(question, document)) out.add_any_of(document);
  }
  return out;
}

bool IsChangeable(const AskedCriterion& criterion) {
  return criterion.owner == v1::PERSON && criterion.field->changeable;
}

bool IsChangeable(const Question& question, const Finding& finding) {
  if (finding.criterion != nullptr) {
    return HANDRAIL_MUTATE(change_is_theirs, IsChangeable(*finding.criterion),
                           finding.field->changeable);
  }
  if (finding.say == Say::kDocument) {
    return finding.document != nullptr &&
           !DocumentsToBring(question, *finding.document).any_of().empty();
  }
  if (finding.rule == "hours") {
    return finding.hours_reason == HoursReason::kSchedule;
  }
  return finding.field != nullptr &&
         HANDRAIL_MUTATE(change_by_schema, finding.field->changeable, true);
}

}  // namespace handrail::matcher
